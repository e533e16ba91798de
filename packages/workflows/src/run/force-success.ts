import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import type { FoundRun } from './find-run';
import { watchRun } from './watch';

/** What can be forced: it has failed, or was stopped. */
const FORCIBLE = new Set(['FAILURE', 'NEED_FAULT_TOLERANCE', 'KILL']);

/**
 * Makes a task that has failed count as done for workflows that depend on it. The run stays as it has ended, and on 3.1 a
 * `retry` runs the task again all the same.
 *
 * @param task - its name in DolphinScheduler.
 * @throws WorkflowError `WORKFLOW_NOT_FOUND` for a task that the run doesn't have, `RUN_INVALID` while the run goes on and for
 *   a task that hasn't failed; ClientError.
 * @public
 */
export async function forceSuccess(client: Client, run: FoundRun, task: string): Promise<void> {
  const { projectCode, instanceId, workflow } = run;
  const where = `${workflow} #${instanceId}`;
  if (!run.instance.final) {
    throw new WorkflowError('RUN_INVALID', "can't force a task of a run that goes on", {
      where,
      todo: 'Wait for its end, or stop it.',
    });
  }
  for await (const { tasks } of watchRun(client, run)) {
    const found = tasks.find(({ id }) => id === task);
    if (!found) {
      throw new WorkflowError('WORKFLOW_NOT_FOUND', `the run has no task ${task}`, {
        where,
        todo: `Use one of: ${tasks.map(({ id }) => id).join(', ')}.`,
      });
    }
    if (!found.instance || !FORCIBLE.has(found.state)) {
      throw new WorkflowError(
        'RUN_INVALID',
        `can't force a task that is ${found.state.toLowerCase().replaceAll('_', ' ')}`,
        { where, todo: 'Only what has failed or was stopped can be forced.' },
      );
    }
    await client.runs.forceSuccess(projectCode, found.instance.id);
    return;
  }
}
