import { durationSeconds, formatError, isDolphinstageError } from '@dolphinstage/common';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { watchBackfill, type BackfillRef, type BackfillState } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { EXIT } from '../exit-codes';
import type { FollowOptions } from './follow-run';
import { backfillDisplay } from './live-table';

/** Shows a backfill until it ends, until the time is up, or until Ctrl-C; then says what goes on. */
export async function followBackfill(
  cli: CliContext,
  client: DolphinSchedulerClient,
  backfill: BackfillRef,
  { timeout, json }: FollowOptions,
): Promise<BackfillState | undefined> {
  const show = json ? () => undefined : backfillDisplay(cli, backfill);
  const timeoutMs = timeout === undefined ? undefined : durationSeconds(timeout) * 1000;
  let state: BackfillState | undefined;
  try {
    for await (const now of watchBackfill(client, backfill, { timeoutMs, signal: cli.signal })) {
      state = now;
      show(now);
    }
    if (state?.succeeded !== backfill.times.length) cli.exit(EXIT.runFailed);
  } catch (error) {
    if (cli.signal.aborted) {
      cli.note(goesOn(backfill, state));
      cli.exit(EXIT.interrupted);
    } else if (isDolphinstageError(error) && error.code === 'RUN_TIMEOUT') {
      cli.note(formatError(error));
      cli.exit(EXIT.stillRunning);
    } else {
      throw error;
    }
  }
  return state;
}

function goesOn(
  { project, workflow, times, begun }: BackfillRef,
  state: BackfillState | undefined,
): string {
  const going = (state?.runs ?? [])
    .map(({ instance }) => instance)
    .filter(instance => instance !== undefined && !instance.final)
    .map(instance => instance?.id);
  const ids = going.length > 0 ? going : begun;
  const left = times.length - (state?.runs.filter(({ instance }) => instance?.final).length ?? 0);
  return [
    `the backfill of ${project}/${workflow} goes on, with ${left} of ${times.length} runs to end`,
    `dolphinstage runs ${project}/${workflow} shows it; to end it, stop the runs that go on: ${ids.map(id => `dolphinstage runs stop ${id}`).join(', ')}`,
  ].join('\n');
}
