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

/** The definition as it stands on the server now. @throws NotFoundError; ClientError. */
export async function definitionOf({ instance, row }: Place): Promise<WorkflowDefinition> {
  const client = await instance.client();
  const found = await client.workflows.get(row.projectCode, row.code);
  if (found) return found;
  throw new NotFoundError(`workflow ${row.name} has been deleted in DolphinScheduler`);
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
  const { row } = place;
  const definition = await definitionOf(place);
  return {
    ...workflowInfo(row),
    schedule: row.schedule && withNext(row.schedule),
    version: definition.version,
    graph: graphOf(definition),
    params: runParams(definition).map(paramInfo),
    allowed,
  };
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
  return tasks.map(({ code, name, description, taskType, flag }) => ({
    code,
    id: readTaskId(description) ?? name,
    name,
    type: taskType,
    enabled: flag === 'YES',
    after: relations
      .filter(({ postTaskCode, preTaskCode }) => postTaskCode === code && preTaskCode !== 0)
      .map(({ preTaskCode }) => preTaskCode),
  }));
}

export async function versionsOf({ instance, row }: Place): Promise<VersionRow[]> {
  const client = await instance.client();
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
    await instance.client(),
    row.projectCode,
    await definitionOf(place),
  );
  return edits.map(({ what, before, after }) => ({ what, before, after }));
}
