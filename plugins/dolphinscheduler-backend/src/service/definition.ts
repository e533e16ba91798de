import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { NotFoundError } from '@backstage/errors';
import type {
  DriftRow,
  ParamInfo,
  ScheduleInfo,
  TaskNode,
  Verb,
  VersionRow,
  WorkflowDetail,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  toIso,
  type DolphinSchedulerInstance,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import {
  fireTimes,
  liveEdits,
  readTaskId,
  runParams,
  type RunParam,
} from '@dolphinstage/workflows';
import { workflowInfo } from './list';

const NEXT = 5;
const YEAR_MS = 366 * 86_400_000;

/** A workflow that is looked at, and where it is. */
export interface Place {
  readonly instance: DolphinSchedulerInstance;
  readonly row: WorkflowRow;
}

const hasGone = ({ name }: WorkflowRow) =>
  new NotFoundError(`workflow ${name} has been deleted in DolphinScheduler`);

/** The definition as it stands on the server now. @throws NotFoundError; ClientError. */
export async function definitionOf({ instance, row }: Place): Promise<WorkflowDefinition> {
  const client = await instance.client('person');
  const found = await client.workflows.get(row.projectCode, row.code);
  if (found) return found;
  throw hasGone(row);
}

const TYPES = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamp',
} as const;

const paramInfo = ({ name, type, value, expression }: RunParam): ParamInfo => ({
  name,
  type: type ? TYPES[type] : 'text',
  value,
  expression,
});

export async function workflowDetail(
  place: Place,
  allowed: readonly Verb[],
): Promise<WorkflowDetail> {
  const { instance, row } = place;
  const { value } = await shownDefinition(place);
  const { readAt, problem } = await instance.info();
  return {
    ...workflowInfo(row),
    schedule: row.schedule && withNext(row.schedule),
    ...value,
    allowed,
    readAt,
    problem,
  };
}

/** What is shown of a definition; it is the same for all who look at a version of it. */
function shownDefinition({ instance, row }: Place) {
  const { projectCode, code, version, updatedAt } = row;
  return instance.look(`definition ${code} ${version} ${updatedAt}`, 'version', async client => {
    const definition = await client.workflows.get(projectCode, code);
    if (!definition) throw hasGone(row);
    return {
      version: definition.version,
      graph: graphOf(definition),
      params: runParams(definition).map(paramInfo),
    };
  });
}

function withNext(schedule: ScheduleInfo): ScheduleInfo {
  const next: string[] = [];
  const now = new Date();
  for (const at of fireTimes(schedule.cron, now, new Date(+now + YEAR_MS), schedule.timeZone)) {
    next.push(at.toISOString());
    if (next.length === NEXT) break;
  }
  return { ...schedule, next };
}

function graphOf({ tasks, relations }: WorkflowDefinition): TaskNode[] {
  const after = new Map<number, number[]>();
  for (const { preTaskCode, postTaskCode } of relations) {
    if (preTaskCode === 0) continue;
    after.set(postTaskCode, [...(after.get(postTaskCode) ?? []), preTaskCode]);
  }
  return tasks.map(({ code, name, description, taskType, flag }) => ({
    code,
    id: readTaskId(description) ?? name,
    name,
    type: taskType,
    enabled: flag === 'YES',
    after: after.get(code) ?? [],
  }));
}

export async function versionsOf({ instance, row }: Place): Promise<VersionRow[]> {
  const client = await instance.client('person');
  const versions = await client.workflows.versions(row.projectCode, row.code);
  const { version: current } = await definitionOf({ instance, row });
  return versions.map(({ version, operateTime }) => ({
    version,
    at: toIso(operateTime, instance.timeZone),
    current: version === current,
  }));
}

export async function driftOf(place: Place): Promise<DriftRow[]> {
  const { instance, row } = place;
  const edits = await liveEdits(
    await instance.client('person'),
    row.projectCode,
    await definitionOf(place),
  );
  return edits.map(({ what, before, after }) => ({ what, before, after }));
}
