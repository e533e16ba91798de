import type { TaskDefinition } from '@dolphinstage/dolphinscheduler-client';
import type { TimeoutAction } from '../define/task';
import { withoutMarker } from '../marker';
import type { LocalParamModel, TaskBody, TaskModel, WorkflowModel } from '../model';
import type { TaskPriority } from '../define/task';
import { outputName } from '../synth/names';
import { readBody } from '../task-types';
import { readAnything } from '../task-types/define-task-type';
import { hasPlainUserInfo, plainSecret } from '../task-types/plain-secrets';
import type { TaskSource } from '../task-types/task-type';
import type { FindPackTask } from './packs';
import { readPackTask, type ReadPackTask } from './read-pack-task';

/**
 * How much of a task is told by its type: as the task of a pack that it is; by the settings of its type; by none, as
 * the server has it.
 */
export type Level = 'pack' | 'settings' | 'parameters';

export interface TaskContext {
  readonly source: Omit<TaskSource, 'params'>;
  readonly taskRetries: boolean;
  readonly workflow: Pick<WorkflowModel, 'workerGroup' | 'environment'>;
  readonly packTask: FindPackTask;
  /** Null: none. Undefined: the target's. */
  environment(code: number): string | null | undefined;
  taskGroup(id: number): string | undefined;
}

export interface ReadTask {
  readonly model: TaskModel;
  /** What it really is told by. */
  readonly level: Level;
  readonly notes: readonly string[];
}

const TIMEOUT_ACTIONS: Readonly<Record<string, TimeoutAction>> = {
  FAILED: 'fail',
  WARN: 'warn',
  WARNFAILED: 'warn-and-fail',
};

/** @param level - the most that is tried. */
export function readTask(
  live: TaskDefinition,
  id: string,
  after: readonly string[],
  level: Level,
  context: TaskContext,
): ReadTask {
  const notes: string[] = [];
  const pack = level === 'pack' ? knownPackTask(live, context, notes) : undefined;
  const { body, told } = pack
    ? { body: pack.body, told: 'pack' as const }
    : rawBody(live, level, context, notes);
  const group = live.taskGroupId > 0 ? context.taskGroup(live.taskGroupId) : undefined;
  if (live.taskGroupId > 0 && group === undefined) {
    notes.push(`its task group ${live.taskGroupId} isn't there any more, or may not be seen`);
  }
  notes.push(...secretNotes(live.taskParams));
  const model: TaskModel = {
    id,
    name: live.name,
    aliases: [],
    description: describedBy(live, pack && context.packTask(pack.body.task)?.task.description),
    after: [...after].sort(),
    ...retryOf(live, pack, context.taskRetries),
    acceptNoRetry: false,
    timeoutMinutes: pack ? pack.timeoutMinutes : liveTimeout(live),
    onTimeout: TIMEOUT_ACTIONS[live.timeoutNotifyStrategy] ?? 'fail',
    workerGroup: live.workerGroup || 'default',
    environment: context.environment(live.environmentCode),
    priority: live.taskPriority.toLowerCase() as TaskPriority,
    delayMinutes: live.delayTime,
    cache: live.cache ?? false,
    enabled: live.flag === 'YES',
    taskGroup: group === undefined ? undefined : { name: group, priority: live.taskGroupPriority },
    cpuQuota: live.cpuQuota,
    memoryMax: live.memoryMax,
    localParams: pack ? [] : localParams(live.taskParams.localParams),
    body,
  };
  return { model, level: told, notes };
}

/** Shorter ones than this are never cut. */
const SURELY_WHOLE = 150;

/** @param whole - what the task's function says of it, of which the server may have the beginning only. */
function describedBy({ description }: TaskDefinition, whole: string | undefined): string {
  const text = withoutMarker(description).trim();
  return whole?.trim().startsWith(text) && text.length > SURELY_WHOLE ? whole.trim() : text;
}

function liveTimeout({ timeoutFlag, timeout }: TaskDefinition): number {
  return timeoutFlag === 'OPEN' ? timeout : 0;
}

/** Longer lines are data, and what looks for credentials takes its time with them. */
const LONGEST_LINE = 2_000;

/** What is written out on the server is so in the file, which lies in git. */
function secretNotes(params: Readonly<Record<string, unknown>>): string[] {
  const lines = textsIn(params).flatMap(text => text.split('\n'));
  const found = lines
    .filter(line => line.length <= LONGEST_LINE)
    .map(line => plainSecret(line) ?? (hasPlainUserInfo(line) ? 'in an address' : undefined))
    .find(key => key !== undefined);
  return found === undefined
    ? []
    : [
        `a credential (${found}) seems to stand in it, and so in this file: use a placeholder or a connection`,
      ];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The pack's task that this is, where code can name it. */
function knownPackTask(
  live: TaskDefinition,
  { packTask }: TaskContext,
  notes: string[],
): ReadPackTask | undefined {
  const read = readPackTask(live);
  if (!read) return undefined;
  const known = packTask(read.body.task);
  if (!known) {
    notes.push(
      `it runs ${read.body.task}, whose pack isn't near or doesn't export it: kept as its command line`,
    );
    return undefined;
  }
  const isOurs = localParams(live.taskParams.localParams).every(
    ({ name }) => name === outputName(read.id),
  );
  if (!isOurs)
    notes.push(`it runs ${read.body.task} with parameters of its own: kept as its command line`);
  return isOurs ? read : undefined;
}

function rawBody(
  { taskType, taskParams }: TaskDefinition,
  level: Level,
  { source }: TaskContext,
  notes: string[],
): { body: TaskBody; told: Level } {
  const whole = { ...source, params: taskParams };
  const read = level === 'parameters' ? undefined : readBody(taskType, whole);
  if (read && read.type !== 'anyTask') return { body: read, told: 'settings' };
  const resources = fileNames(taskParams.resourceList, source);
  if (resources.includes(undefined)) notes.push("a file of its resources isn't there any more");
  const known = resources.filter(path => path !== undefined);
  const settings = {
    type: taskType,
    params: readAnything(whole),
    ...(known.length > 0 ? { resources: known } : {}),
  };
  return { body: { kind: 'raw', type: 'anyTask', settings }, told: 'parameters' };
}

/** Names of files of the resource centre; undefined for those that aren't there. */
export function fileNames(
  list: unknown,
  { names }: { readonly names: Pick<TaskSource['names'], 'resource'> },
): (string | undefined)[] {
  return Array.isArray(list) ? list.map(item => names.resource(item as object)) : [];
}

function retryOf(
  live: TaskDefinition,
  pack: ReadPackTask | undefined,
  taskRetries: boolean,
): Pick<TaskModel, 'retry' | 'forceServerRetry'> {
  if (pack?.retry) return { retry: pack.retry, forceServerRetry: false };
  if (live.failRetryTimes === 0) return { forceServerRetry: false };
  return {
    retry: { attempts: live.failRetryTimes + 1, everySeconds: live.failRetryInterval * 60 },
    forceServerRetry: !taskRetries,
  };
}

/** Whatever of it the server has left out. */
export function localParams(list: unknown): LocalParamModel[] {
  if (!Array.isArray(list)) return [];
  return (list as Partial<Record<'prop' | 'direct' | 'type' | 'value', unknown>>[]).map(param => ({
    name: String(param.prop ?? ''),
    direct: param.direct === 'OUT' ? 'OUT' : 'IN',
    type: String(param.type ?? 'VARCHAR'),
    value: String(param.value ?? ''),
  }));
}
