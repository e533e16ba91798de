import type { Minutes, TaskNode } from '../define/task';
import type { WorkflowOptions } from '../define/define-workflow';
import type { TaskBody, TaskModel } from '../model';
import { synthPackTask } from '../task-types/pack';
import { isRawTask } from '../task-types/raw-task';
import { rawTaskType, rawTaskTypes } from '../task-types';
import { synthLocalParams } from './local-params';
import { ID, LONGEST_ID, LONGEST_NAME } from './names';
import type { Reporter } from './problems';
import type { TaskScope } from './scope';

/** More would rather be an outage than a hiccup. */
const MOST_ATTEMPTS = 100;

/** One task of a workflow as JSON. */
export function synthTask(
  node: TaskNode,
  options: WorkflowOptions,
  scope: TaskScope,
): TaskModel | undefined {
  const { handle, settings, call } = node;
  const { report } = scope;
  report.check(
    ID.test(handle.id) && handle.id.length <= LONGEST_ID,
    'NAME',
    `"${handle.id}" can't be a task's id`,
    `Use lower case letters and digits with dashes between, ${LONGEST_ID} at most.`,
  );
  const name = settings.name ?? handle.id;
  report.check(
    name.trim() !== '' && name.length <= LONGEST_NAME,
    'NAME',
    `"${name}" can't be a task's name`,
    `Use 1 to ${LONGEST_NAME} characters.`,
  );
  checkLimits(node, report);
  scope.after(settings.after);
  const body = synthBody(node, scope);
  // They make edges, too.
  const localParams = synthLocalParams(node, scope);
  if (!body) return undefined;
  const { taskGroup } = settings;
  return {
    id: handle.id,
    name,
    aliases: [...(settings.aliases ?? [])],
    description: (settings.description ?? ('task' in call ? call.task.description : '')).trim(),
    after: [...scope.upstream].sort(),
    retry: synthRetry(node, report),
    acceptNoRetry: settings.acceptNoRetry ?? false,
    forceServerRetry: settings.forceServerRetry ?? false,
    timeoutMinutes: report.minutes(settings.timeout satisfies Minutes | undefined, 'timeout'),
    onTimeout:
      settings.onTimeout ?? (options.alert?.on.includes('timeout') ? 'warn-and-fail' : 'fail'),
    workerGroup: scope.workerGroup(settings.workerGroup ?? options.workerGroup ?? 'default'),
    environment: settings.environment === undefined ? options.environment : settings.environment,
    priority: settings.priority ?? 'medium',
    delayMinutes: report.minutes(settings.delay, 'delay'),
    cache: settings.cache ?? false,
    enabled: settings.enabled ?? true,
    taskGroup:
      typeof taskGroup === 'string'
        ? { name: taskGroup, priority: 0 }
        : taskGroup && { name: taskGroup.name, priority: taskGroup.priority ?? 0 },
    cpuQuota: settings.cpuQuota,
    memoryMax: settings.memoryMax,
    localParams,
    body,
  };
}

/** The greatest that the server's columns hold. */
const MOST = 2 ** 31 - 1;

function checkLimits(
  { settings: { cpuQuota, memoryMax, taskGroup } }: TaskNode,
  report: Reporter,
): void {
  const priority = typeof taskGroup === 'object' ? (taskGroup.priority ?? 0) : 0;
  const limits = [
    ['cpuQuota', cpuQuota ?? 1, 1],
    ['memoryMax', memoryMax ?? 1, 1],
    ["taskGroup's priority", priority, 0],
  ] as const;
  for (const [what, value, least] of limits) {
    report.check(
      Number.isInteger(value) && value >= least && value <= MOST,
      'INPUT',
      `${what}: ${value}`,
      `Write a whole number from ${least} to ${MOST}.`,
    );
  }
}

function synthBody({ call }: TaskNode, scope: TaskScope): TaskBody | undefined {
  if (!isRawTask(call)) return synthPackTask(call, scope);
  const type = rawTaskType(call.raw);
  if (type) {
    return { kind: 'raw', type: type.name, settings: type.synth(call.settings as never, scope) };
  }
  scope.report.add(
    'INPUT',
    `there is no task type ${call.raw}`,
    `Use one of: ${rawTaskTypes.map(({ name }) => name).join(', ')}.`,
  );
  return undefined;
}

function synthRetry({ settings: { retry }, call }: TaskNode, report: Reporter): TaskModel['retry'] {
  if (!retry) return undefined;
  const { attempts, every } = retry;
  report.check(
    Number.isInteger(attempts) && attempts >= 2 && attempts <= MOST_ATTEMPTS,
    'RETRY',
    `retry: ${attempts} attempts`,
    `Write a whole number from 2 to ${MOST_ATTEMPTS}; it counts the first attempt too.`,
  );
  const everySeconds = isRawTask(call)
    ? report.minutes(every, 'retry') * 60
    : report.seconds(every, 'retry');
  report.check(
    Number.isInteger(everySeconds),
    'DURATION',
    `retry: "${every}" is not a whole number of seconds`,
    'Write for example 30s or 5m.',
  );
  return { attempts, everySeconds };
}
