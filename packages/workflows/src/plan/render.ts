import type {
  Capabilities,
  ExecutionType,
  Parameter,
  Priority,
  ServerLine,
  TaskDefinition,
} from '@dolphinstage/dolphinscheduler-client';
import type { PackBundle } from '@dolphinstage/task-kit';
import type { Overlap } from '../define/schedule';
import type { TaskPriority, TimeoutAction } from '../define/task';
import { WorkflowError } from '../errors';
import { describeTask, describeWorkflow, taskText } from '../marker';
import type { TaskModel, WorkflowModel } from '../model';
import { SERVER_TYPES } from '../synth/local-params';
import { renderBody } from '../task-types';
import type { BundleReference, RenderedBody } from '../task-types/task-type';
import { digestOf } from './digest';

/** How a pack's code gets to the workers. @public */
export type Delivery =
  /** A folder that every worker sees under `$DOLPHINSTAGE_BUNDLES`; here it is the folder as this machine sees it. */
  | { readonly kind: 'path'; readonly folder: string }
  /** DolphinScheduler's resource centre. */
  | { readonly kind: 'resource' };

/** The resource centre's folder that bundles go to. */
const RESOURCE_FOLDER = 'dolphinstage';

const TIMEOUT_STRATEGIES: Readonly<Record<TimeoutAction, TaskDefinition['timeoutNotifyStrategy']>> =
  { fail: 'FAILED', warn: 'WARN', 'warn-and-fail': 'WARNFAILED' };

export const EXECUTION_TYPES: Readonly<Record<Overlap, ExecutionType>> = {
  parallel: 'PARALLEL',
  wait: 'SERIAL_WAIT',
  discard: 'SERIAL_DISCARD',
  replace: 'SERIAL_PRIORITY',
};

/** As the server writes a priority. */
export function serverPriority(priority: TaskPriority): Priority {
  return priority.toUpperCase() as Priority;
}

/** What rendering needs to know of the target. */
export interface RenderTarget {
  readonly tenant: string;
  readonly environment: string;
  readonly delivery: Delivery;
  readonly capabilities: Pick<Capabilities, 'taskRetries'>;
  readonly line: ServerLine;
  readonly bundles: ReadonlyMap<string, PackBundle>;
}

/** A task as the server is to hold it, with names where the server has codes and ids. */
export interface RenderedTask {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly after: readonly string[];
  readonly description: string;
  readonly body: RenderedBody;
  readonly priority: Priority;
  readonly workerGroup: string;
  /** Null: none. */
  readonly environment: string | null;
  readonly failRetryTimes: number;
  /** Minutes. */
  readonly failRetryInterval: number;
  /** Minutes; 0: none. */
  readonly timeout: number;
  readonly timeoutNotifyStrategy: TaskDefinition['timeoutNotifyStrategy'];
  /** Minutes. */
  readonly delayTime: number;
  readonly flag: TaskDefinition['flag'];
  readonly cache: boolean;
  readonly taskGroup?: TaskModel['taskGroup'];
  readonly cpuQuota?: number;
  readonly memoryMax?: number;
}

/** A workflow as the server is to hold it, with names where the server has codes and ids. */
export interface RenderedWorkflow {
  readonly model: WorkflowModel;
  readonly description: string;
  readonly digest: string;
  readonly globalParams: readonly Parameter[];
  /** Minutes; 0: none. */
  readonly timeout: number;
  readonly executionType: ExecutionType;
  readonly tenant: string;
  /** Of schedules and runs; null: none. */
  readonly environment: string | null;
  readonly tasks: readonly RenderedTask[];
}

/** A workflow's model as a target's server is to hold it. */
export function renderWorkflow(model: WorkflowModel, target: RenderTarget): RenderedWorkflow {
  const tenant = model.tenant ?? target.tenant;
  const environment = model.environment === undefined ? target.environment : model.environment;
  const globalParams = model.params.map(({ name, type, value, verbatim }): Parameter => ({
    prop: name,
    direct: 'IN',
    type: verbatim ?? SERVER_TYPES[type],
    value,
  }));
  const content = {
    globalParams,
    timeout: model.timeoutMinutes,
    executionType: EXECUTION_TYPES[model.overlap],
    tenant,
    environment,
    tasks: model.tasks.map(task => renderTask(model, task, tenant, target)),
  };
  const digest = digestOf({
    ...content,
    // The server doesn't keep their order, so that it can't be part of what was applied.
    tasks: [...content.tasks].sort((one, other) => (one.id < other.id ? -1 : 1)),
    name: model.name,
    description: model.description,
    owner: model.owner,
    system: model.system,
    protect: model.protect,
  });
  return { ...content, model, digest, description: describeWorkflow(model, digest) };
}

function renderTask(
  workflow: WorkflowModel,
  task: TaskModel,
  tenant: string,
  target: RenderTarget,
): RenderedTask {
  const serverRetries = serverTriesAgain(task, target.capabilities);
  const body = renderBody(task.body, {
    workflow,
    task,
    tenant,
    line: target.line,
    serverRetries,
    bundle: pack => bundleReference(pack, target),
  });
  const timeout = serverTimeout(task, serverRetries);
  const content = {
    id: task.id,
    name: task.name,
    after: task.after,
    body,
    priority: serverPriority(task.priority),
    workerGroup: task.workerGroup,
    environment: task.environment === undefined ? target.environment : task.environment,
    failRetryTimes: serverRetries && task.retry ? task.retry.attempts - 1 : 0,
    failRetryInterval: serverRetries && task.retry ? task.retry.everySeconds / 60 : 1,
    timeout,
    timeoutNotifyStrategy: timeout === 0 ? ('' as const) : timeoutStrategy(task),
    delayTime: task.delayMinutes,
    flag: task.enabled ? ('YES' as const) : ('NO' as const),
    cache: task.cache,
    taskGroup: task.taskGroup,
    cpuQuota: task.cpuQuota,
    memoryMax: task.memoryMax,
  };
  const ownId = task.id === task.name ? undefined : task.id;
  // What has no room on the server is no part of what was applied.
  const text = taskText(task.description, ownId);
  return {
    ...content,
    aliases: task.aliases,
    description: describeTask(text, digestOf({ ...content, text }), ownId),
  };
}

/** The server counts a pause between attempts in minutes; others are kept inside the task. */
export function serverTriesAgain(
  { retry, body, forceServerRetry }: TaskModel,
  capabilities: Pick<Capabilities, 'taskRetries'>,
): boolean {
  if (!retry) return false;
  if (!capabilities.taskRetries) return forceServerRetry && body.kind !== 'pack';
  return body.kind !== 'pack' || retry.everySeconds % 60 === 0;
}

/** A pack's task ends its attempts itself. */
function timeoutStrategy({ body, onTimeout }: TaskModel): RenderedTask['timeoutNotifyStrategy'] {
  const action = body.kind === 'pack' && onTimeout === 'warn' ? 'warn-and-fail' : onTimeout;
  return TIMEOUT_STRATEGIES[action];
}

/**
 * Minutes after which the server kills a task. A pack's task ends each attempt itself, in time and with a clear
 * error; the server's limit, a minute above all its attempts, is for a process that doesn't.
 */
function serverTimeout({ timeoutMinutes, retry, body }: TaskModel, serverRetries: boolean): number {
  if (timeoutMinutes === 0 || body.kind !== 'pack') return timeoutMinutes;
  const attempts = serverRetries ? 1 : (retry?.attempts ?? 1);
  const pauses = (attempts - 1) * (retry?.everySeconds ?? 0);
  return attempts * timeoutMinutes + Math.ceil(pauses / 60) + 1;
}

function bundleReference(pack: string, { bundles, delivery }: RenderTarget): BundleReference {
  const bundle = bundles.get(pack);
  if (!bundle) {
    throw new WorkflowError('PACK_NOT_FOUND', `there is no bundle of pack ${pack}`, {
      todo: 'Bundle the packs of the model first (bundlePacks) and hand them over.',
    });
  }
  if (delivery.kind === 'path') return { word: `"$DOLPHINSTAGE_BUNDLES/${bundle.fileName}"` };
  // A resource lies under its full name in the task's own folder, where the shell starts.
  const resource = resourceName(bundle);
  return { word: `"$PWD${resource}"`, resource };
}

/** Whether a file of the resource centre is one of ours. */
export function isBundle(path: string): boolean {
  return path.startsWith(`/${RESOURCE_FOLDER}/`);
}

/** A bundle's full name in the resource centre. */
export function resourceName({ fileName }: Pick<PackBundle, 'fileName'>): string {
  return `/${RESOURCE_FOLDER}/${fileName}`;
}
