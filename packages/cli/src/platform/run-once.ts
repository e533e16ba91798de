import { startRun, watchRun, type RunState } from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { CliError } from '../errors';

const RUN_LIMIT_MS = 30 * 60 * 1000;

/** Runs a workflow, tells of each task as it goes, and gives how it ended. */
export async function runOnce(
  cli: CliContext,
  { client }: Target,
  workflow: string,
): Promise<RunState> {
  const run = await startRun(client, { workflow, signal: cli.signal });
  cli.note(`started ${run.project}/${workflow} #${run.instanceId}`);
  const seen = new Map<string, string>();
  let last: RunState | undefined;
  for await (const state of watchRun(client, run, {
    timeoutMs: RUN_LIMIT_MS,
    signal: cli.signal,
  })) {
    for (const { id, state: now } of state.tasks) {
      if (seen.get(id) !== now && now !== 'WAITING')
        cli.note(`  ${id.padEnd(20)} ${now.toLowerCase()}`);
      seen.set(id, now);
    }
    last = state;
  }
  if (!last) throw new CliError('CHECK_FAILED', `instance ${run.instanceId} has disappeared`);
  return last;
}
