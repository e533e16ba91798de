import type { WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import pLimit from 'p-limit';
import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import { listRuns } from './list';
import { unlessGone } from './resolve';
import type { RunRef } from './start';

/** A run, and how it was when it was looked for. @public */
export interface FoundRun extends RunRef {
  readonly instance: WorkflowInstance;
}

const NUMBER = /^#?([1-9]\d*)$/;
const PROJECTS_AT_ONCE = 8;

/**
 * Finds a run: by its number, or the latest of a workflow.
 *
 * @param name - `12` or `#12`, the number that runs shows; or `<workflow>` or `<project>/<workflow>`.
 * @throws WorkflowError `WORKFLOW_NOT_FOUND` when there is no such run; ClientError.
 * @public
 */
export async function findRun(client: Client, name: string): Promise<FoundRun> {
  const number = NUMBER.exec(name)?.[1];
  const found = number ? await byNumber(client, Number(number)) : await latest(client, name);
  if (found) return found;
  throw new WorkflowError(
    'WORKFLOW_NOT_FOUND',
    number ? `there is no run ${number}` : `${name} has not run yet`,
    { todo: 'dolphinstage runs lists the runs.' },
  );
}

async function latest(client: Client, workflow: string): Promise<FoundRun | undefined> {
  const [row] = await listRuns(client, { workflow, limit: 1 });
  return row && { ...row, instanceId: row.instance.id };
}

/** The number is the server's, but it answers for one project at a time. */
async function byNumber(client: Client, instanceId: number): Promise<FoundRun | undefined> {
  const limit = pLimit(PROJECTS_AT_ONCE);
  const projects = await client.projects.list();
  const found = await Promise.all(
    projects.map(({ code: projectCode, name: project }) =>
      limit(async () => {
        const instance = await unlessGone(client.runs.get(projectCode, instanceId));
        return instance && { project, projectCode, instance };
      }),
    ),
  );
  const run = found.find(candidate => candidate !== undefined);
  if (!run) return undefined;
  const definition = await client.workflows.get(
    run.projectCode,
    run.instance.workflowDefinitionCode,
  );
  return { ...run, instanceId, workflow: definition?.name ?? '' };
}
