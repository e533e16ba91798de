import { NotFoundError } from '@backstage/errors';
import type {
  DolphinSchedulerClient,
  WorkflowInstance,
} from '@dolphinstage/dolphinscheduler-client';
import type {
  RunDetail,
  RunInfo,
  RunList,
  RunTask,
  RunVerb,
  State,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  acting,
  runInfo,
  stateOf,
  toIso,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { controlRun } from '@dolphinstage/workflows';
import type { Place } from './definition';

/** Runs in one state aren't looked for among older ones. */
const MOST_LOOKED_AT = 1_000;

/** Which runs are listed. */
export interface RunsRequest {
  readonly limit: number;
  readonly state?: State;
}

/** Those that started last, newest first. */
export async function listRuns(
  { instance, row }: Place,
  { limit, state }: RunsRequest,
): Promise<RunList> {
  const key = `runs ${row.projectCode} ${row.code} ${limit} ${state ?? ''}`;
  const { value, readAt, problem } = await instance.look(key, 'live', async ({ runs }) => {
    const filter = { workflowDefinitionCode: row.code };
    if (state === undefined) {
      const found = await runs.list(row.projectCode, { ...filter, limit });
      return found.map(run => runInfo(run, instance.timeZone));
    }
    // Several of the server's states are one of ours, and it can be asked for one only.
    const found: RunInfo[] = [];
    let looked = 0;
    for await (const run of runs.listAll(row.projectCode, filter)) {
      if (stateOf(run.state) === state) found.push(runInfo(run, instance.timeZone));
      looked += 1;
      if (found.length >= limit || looked >= MOST_LOOKED_AT) break;
    }
    return found;
  });
  return { items: value, readAt: new Date(readAt).toISOString(), problem };
}

/** @throws NotFoundError, also for a run of another workflow: what may be done to that is another question. */
async function findRun(
  client: DolphinSchedulerClient,
  row: WorkflowRow,
  id: number,
): Promise<WorkflowInstance> {
  const run = await client.runs.get(row.projectCode, id);
  if (run?.workflowDefinitionCode === row.code) return run;
  throw new NotFoundError(`workflow ${row.name} has no run ${id}`);
}

/** A run with its tasks, as all see it who look at it within some seconds. */
function shownRun({ instance, row }: Place, id: number) {
  const zone = instance.timeZone;
  return instance.look(`run ${row.projectCode} ${row.code} ${id}`, 'live', async client => {
    const [run, tasks] = await Promise.all([
      findRun(client, row, id),
      client.runs.tasks(row.projectCode, id),
    ]);
    return {
      ...runInfo(run, zone),
      tasks: tasks.map((task): RunTask => ({
        id: task.id,
        code: task.taskCode,
        name: task.name,
        type: task.taskType,
        state: stateOf(task.state),
        serverState: task.state,
        final: task.final,
        startedAt: toIso(task.startTime, zone),
        endedAt: toIso(task.endTime, zone),
        host: task.host || undefined,
      })),
    };
  });
}

export async function runDetail(place: Place, id: number): Promise<RunDetail> {
  const { instance, project, code } = place.row;
  const { value, readAt, problem } = await shownRun(place, id);
  return { instance, project, code, ...value, readAt: new Date(readAt).toISOString(), problem };
}

/** @throws NotFoundError for a task of another run. */
export async function findTask(place: Place, run: number, id: number): Promise<RunTask> {
  const { value } = await shownRun(place, run);
  const task = value.tasks.find(candidate => candidate.id === id);
  if (task) return task;
  throw new NotFoundError(`run ${run} has no task ${id}`);
}

const VERBS = {
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  repeat: 'repeat',
  recover: 'retry',
} as const satisfies Record<RunVerb, string>;

export async function control(place: Place, id: number, verb: RunVerb): Promise<void> {
  const { instance, row } = place;
  await acting(instance.actingIn(row.project), async client => {
    const found = await findRun(client, row, id);
    const { project, projectCode, name: workflow } = row;
    await controlRun(
      client,
      { project, projectCode, workflow, instanceId: id, instance: found },
      VERBS[verb],
    );
  });
  await instance.changed('runs');
}
