import { NotFoundError } from '@backstage/errors';
import type { WorkflowInstance } from '@dolphinstage/dolphinscheduler-client';
import type {
  LogPiece,
  RunDetail,
  RunInfo,
  RunTask,
  RunVerb,
  State,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { runInfo, stateOf, toIso } from '@dolphinstage/plugin-dolphinscheduler-node';
import { controlRun } from '@dolphinstage/workflows';
import type { Place } from './definition';

/** A line of a log that is longer is cut: a browser has to show it. */
const LONGEST_LINE = 10_000;
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
): Promise<RunInfo[]> {
  const { runs } = await instance.client();
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
}

/** @throws NotFoundError, also for a run of another workflow: what may be done to that is another question. */
async function findRun({ instance, row }: Place, id: number): Promise<WorkflowInstance> {
  const client = await instance.client();
  const run = await client.runs.get(row.projectCode, id);
  if (run?.workflowDefinitionCode === row.code) return run;
  throw new NotFoundError(`workflow ${row.name} has no run ${id}`);
}

export async function runDetail(place: Place, id: number): Promise<RunDetail> {
  const { instance, row } = place;
  const client = await instance.client();
  const [run, tasks] = await Promise.all([
    findRun(place, id),
    client.runs.tasks(row.projectCode, id),
  ]);
  const zone = instance.timeZone;
  return {
    instance: row.instance,
    project: row.project,
    code: row.code,
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
}

/** What is read of a log. */
export interface LogRequest {
  readonly run: number;
  readonly task: number;
  /** 0, or the last piece's `next`. */
  readonly from: number;
  /** Lines at most. */
  readonly limit: number;
}

/** @throws NotFoundError for a task of another run. */
export async function readLog(
  place: Place,
  { run, task: id, from, limit }: LogRequest,
): Promise<LogPiece> {
  const { instance, row } = place;
  await findRun(place, run);
  const client = await instance.client();
  const tasks = await client.runs.tasks(row.projectCode, run);
  const task = tasks.find(candidate => candidate.id === id);
  if (!task) throw new NotFoundError(`run ${run} has no task ${id}`);
  const page = await client.runs.log(id, from, { taskEnded: task.final });
  const lines = page.lines.slice(0, limit);
  const left = page.lines.length - lines.length;
  return {
    lines: lines.map(line => line.slice(0, LONGEST_LINE)),
    // A place in a log is a count of lines.
    next: page.next - left,
    ended: left === 0 && (page.ended || (task.final && lines.length === 0)),
  };
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
  const found = await findRun(place, id);
  const { project, projectCode, name: workflow } = row;
  await controlRun(
    await instance.client(),
    { project, projectCode, workflow, instanceId: id, instance: found },
    VERBS[verb],
  );
  await instance.changed('runs');
}
