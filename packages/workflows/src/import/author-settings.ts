import type { ScheduleModel, TaskModel, WorkflowModel } from '../model';
import { paramCode } from './author-params';
import { array, call, type Code, jsonCode, literal, object } from './code';
import { durationText, minutesText } from './durations';

const text = (value: string | undefined) => (value === undefined ? undefined : literal(value));
const texts = (values: readonly string[]) =>
  values.length > 0 ? array(values.map(literal)) : undefined;
/** What differs from what counts where nothing is said. */
const unless = <T extends string | number | boolean>(fallback: T | undefined, value: T) =>
  value === fallback ? undefined : literal(value);
const minutes = (count: number) => (count > 0 ? literal(minutesText(count)) : undefined);
const environment = (value: string | null | undefined) =>
  value === undefined ? undefined : literal(value);

/** The first argument of `defineWorkflow`. */
export function authorOptions(model: WorkflowModel): Code {
  return object({
    id: literal(model.id),
    name: unless(model.id, model.name),
    project: literal(model.project),
    description: unless('', model.description),
    owner: literal(model.owner),
    system: text(model.system),
    tenant: text(model.tenant),
    aliases: texts(model.aliases),
    adopt: unless(false, model.adopt),
    params:
      model.params.length > 0
        ? {
            kind: 'object',
            entries: model.params.map(param => [param.name, paramCode(param)] as const),
          }
        : undefined,
    schedule: model.schedule && scheduleCode(model.schedule, model.overlap),
    overlap: model.schedule ? undefined : unless('parallel', model.overlap),
    onFailure: unless('continue', model.onFailure),
    timeout: minutes(model.timeoutMinutes),
    alert: model.alert && alertCode(model.alert),
    protect: unless(false, model.protect),
    workerGroup: unless('default', model.workerGroup),
    environment: environment(model.environment),
    priority: unless('medium', model.priority),
  });
}

function scheduleCode(schedule: ScheduleModel, overlap: WorkflowModel['overlap']): Code {
  return call(
    'cron',
    literal(schedule.cron),
    object({
      timeZone: literal(schedule.timeZone),
      overlap: unless('parallel', overlap),
      from: text(schedule.from),
      until: text(schedule.until),
      missed: text(schedule.missed),
    }),
  );
}

function alertCode({ group, on, webhook }: NonNullable<WorkflowModel['alert']>): Code {
  return object({
    group: literal(group),
    on: array(on.map(literal)),
    webhook: webhook === undefined ? undefined : call('connection', literal(webhook)),
  });
}

/**
 * A task's settings, in the order in which they are declared; those that count anyway are absent, and so is `after`.
 *
 * @param described - what its function says of it.
 */
export function authorTaskSettings(
  task: TaskModel,
  workflow: WorkflowModel,
  described: string,
): Record<string, Code | undefined> {
  const { retry, taskGroup } = task;
  const usual = workflow.alert?.on.includes('timeout') ? 'warn-and-fail' : 'fail';
  const isInherited = task.environment === workflow.environment;
  return {
    name: unless(task.id, task.name),
    aliases: texts(task.aliases),
    description: unless(described, task.description),
    retry:
      retry &&
      object({
        attempts: literal(retry.attempts),
        every: literal(durationText(retry.everySeconds)),
      }),
    acceptNoRetry: unless(false, task.acceptNoRetry),
    forceServerRetry: unless(false, task.forceServerRetry),
    timeout: minutes(task.timeoutMinutes),
    onTimeout: task.timeoutMinutes > 0 ? unless(usual, task.onTimeout) : undefined,
    workerGroup: unless(workflow.workerGroup, task.workerGroup),
    environment: isInherited ? undefined : environment(task.environment),
    priority: unless('medium', task.priority),
    delay: minutes(task.delayMinutes),
    cache: unless(false, task.cache),
    enabled: unless(true, task.enabled),
    taskGroup: taskGroup && taskGroupCode(taskGroup),
    cpuQuota: task.cpuQuota === undefined ? undefined : literal(task.cpuQuota),
    memoryMax: task.memoryMax === undefined ? undefined : literal(task.memoryMax),
  };
}

function taskGroupCode({ name, priority }: NonNullable<TaskModel['taskGroup']>): Code {
  return priority === 0 ? literal(name) : jsonCode({ name, priority });
}
