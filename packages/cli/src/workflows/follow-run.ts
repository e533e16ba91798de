import {
  isDolphinstageError,
  durationSeconds,
  formatError,
  type Duration,
} from '@dolphinstage/common';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { runLine, watchRun, type RunRef, type RunState } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { EXIT } from '../exit-codes';
import { runDisplay } from './live-table';

/** Options of commands that may wait for a run's end. */
export interface FollowOptions {
  readonly timeout?: Duration;
  readonly json?: boolean;
}

/** What the command ends with, once it has followed a run. */
export interface Followed {
  /** Undefined when nothing was seen of it. */
  readonly state?: RunState;
  /** Looking has ended before the run. */
  readonly goesOn: boolean;
}

/** Shows a run until it ends, until the time is up, or until Ctrl-C; then says what goes on. */
export async function followRun(
  cli: CliContext,
  client: DolphinSchedulerClient,
  run: RunRef,
  { timeout, json }: FollowOptions,
): Promise<Followed> {
  const show = json ? () => undefined : runDisplay(cli, run);
  const timeoutMs = timeout === undefined ? undefined : durationSeconds(timeout) * 1000;
  let state: RunState | undefined;
  try {
    for await (const now of watchRun(client, run, { timeoutMs, signal: cli.signal })) {
      state = now;
      show(now);
    }
    return { state, goesOn: false };
  } catch (error) {
    if (cli.signal.aborted) {
      cli.note(
        `${run.project}/${run.workflow} #${run.instanceId} goes on; dolphinstage logs ${run.instanceId} --follow shows it, dolphinstage runs stop ${run.instanceId} ends it`,
      );
      cli.exit(EXIT.interrupted);
    } else if (isDolphinstageError(error) && error.code === 'RUN_TIMEOUT') {
      cli.note(formatError(error));
      cli.exit(EXIT.stillRunning);
    } else {
      throw error;
    }
    return { state, goesOn: true };
  }
}

/** Prints how a followed run stands, as its command's result. */
export function reportRun(
  cli: CliContext,
  run: RunRef,
  { state }: Followed,
  { json }: FollowOptions,
): void {
  if (json) {
    const { project, projectCode, workflow, instanceId } = run;
    cli.json({
      project,
      projectCode,
      workflow,
      instanceId,
      state: state?.instance.state ?? null,
      tasks: (state?.tasks ?? []).map(task => ({ id: task.id, state: task.state })),
    });
  } else if (state && !cli.interactive) {
    cli.out(runLine(run.project, run.workflow, state));
  }
}
