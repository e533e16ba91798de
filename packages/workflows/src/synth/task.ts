import type { Minutes, TaskNode } from '../define/task';
import type { WorkflowOptions } from '../define/define-workflow';
import type { TaskBody, TaskModel } from '../model';
import { synthPackTask } from '../task-types/pack';
import { isRawTask } from '../task-types/raw-task';
import { rawTaskTypes } from '../task-types';
import { ID, LONGEST_ID } from './names';
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
  scope.after(settings.after);
  const body = synthBody(node, scope);
  if (!body) return undefined;
  return {
    id: handle.id,
    description: settings.description ?? ('task' in call ? call.task.description : ''),
    after: [...scope.upstream].sort(),
    retry: synthRetry(node, report),
    acceptNoRetry: settings.acceptNoRetry ?? false,
    timeoutMinutes: report.minutes(settings.timeout satisfies Minutes | undefined, 'timeout'),
    workerGroup: settings.workerGroup ?? options.workerGroup ?? 'default',
    environment: settings.environment ?? options.environment,
    priority: settings.priority ?? 'medium',
    body,
  };
}

function synthBody({ call }: TaskNode, scope: TaskScope): TaskBody | undefined {
  if (!isRawTask(call)) return synthPackTask(call, scope);
  const type = Object.hasOwn(rawTaskTypes, call.raw)
    ? rawTaskTypes[call.raw as keyof typeof rawTaskTypes]
    : undefined;
  if (type) return type.synth(call.settings as never, scope);
  scope.report.add(
    'INPUT',
    `there is no task type ${call.raw}`,
    `Use one of: ${Object.keys(rawTaskTypes).join(', ')}.`,
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
