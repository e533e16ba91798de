import type { ScheduleSpec, TaskDefinition, WorkflowDefinitionSpec } from '../client';
import { ClientError } from '../errors';
import type { Fields } from '../http/transport';
import { UNLIMITED } from './shapes';

const STREAMING_TASK_TYPE = 'FLINK_STREAM';

/** What a line writes in a task definition beyond {@link taskForm}. */
export type TaskExtras = (task: TaskDefinition) => Record<string, unknown>;

/** Refuses what the line can't hold, so that it isn't dropped silently. */
export function refuse(what: string, where: string, todo: string): never {
  throw new ClientError('CLIENT_UNSUPPORTED', what, { endpoint: where, todo });
}

/** For lines that can't keep a task's outcome to use it again. */
export const withoutCache: TaskExtras = task => {
  if (!task.cache) return {};
  return refuse(
    `task "${task.name}": this server can't use a task's earlier outcome again`,
    'task definition',
    'Leave the cache out; only line 3.2 has it.',
  );
};

/** For 3.3, whose first builds still want the field that the others ignore. */
export const withCacheOff: TaskExtras = task => ({ ...withoutCache(task), isCache: 'NO' });

/** Without the field the server fails. */
export const withCache: TaskExtras = task => ({ isCache: task.cache ? 'YES' : 'NO' });

/** All fields must be there, or the server sees a change each time and makes another version. */
function taskForm({ cache: _, ...task }: TaskDefinition, extras: Record<string, unknown>) {
  return {
    cpuQuota: UNLIMITED,
    memoryMax: UNLIMITED,
    ...task,
    ...extras,
    // Without it the web UI doesn't list the task.
    taskExecuteType: task.taskType === STREAMING_TASK_TYPE ? 'STREAM' : 'BATCH',
  };
}

function taskVersions(tasks: readonly TaskDefinition[]): (code: number) => number {
  const versions = new Map(tasks.map(task => [task.code, task.version]));
  return code => versions.get(code) ?? 0;
}

/** A definition as every line takes it. */
export function definitionForm(spec: WorkflowDefinitionSpec, extras: TaskExtras): Fields {
  const versionOf = taskVersions(spec.tasks);
  return {
    name: spec.name,
    description: spec.description,
    globalParams: JSON.stringify(spec.globalParams),
    locations: JSON.stringify(spec.locations),
    timeout: spec.timeout,
    executionType: spec.executionType,
    taskDefinitionJson: JSON.stringify(spec.tasks.map(task => taskForm(task, extras(task)))),
    taskRelationJson: JSON.stringify(
      spec.relations.map(({ preTaskCode, postTaskCode }) => ({
        name: '',
        preTaskCode,
        preTaskVersion: versionOf(preTaskCode),
        postTaskCode,
        postTaskVersion: versionOf(postTaskCode),
        conditionType: 'NONE',
        conditionParams: {},
      })),
    ),
  };
}

/**
 * A schedule as every line takes it, in the newest words.
 *
 * @param spec - What is wanted.
 * @param time - What the line writes beside the times.
 */
export function scheduleForm(spec: ScheduleSpec, time: Record<string, unknown>): Fields {
  return {
    workflowDefinitionCode: spec.workflowDefinitionCode,
    schedule: JSON.stringify({
      startTime: spec.startTime,
      endTime: spec.endTime,
      crontab: spec.crontab,
      timezoneId: spec.timezoneId,
      ...time,
    }),
    failureStrategy: spec.failureStrategy,
    warningType: spec.warningType,
    warningGroupId: spec.warningGroupId,
    workerGroup: spec.workerGroup,
    environmentCode: spec.environmentCode,
    workflowInstancePriority: spec.priority,
  };
}

/** For lines that don't say what is done about times at which the server was down. */
export function withoutMissedFirePolicy(spec: ScheduleSpec): Record<string, unknown> {
  if (!spec.missedFirePolicy) return {};
  return refuse(
    "this server can't be told what to do about missed times of a schedule",
    'schedule',
    'Leave missedFirePolicy out; line 3.4 has it.',
  );
}
