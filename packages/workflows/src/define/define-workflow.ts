import type { ConnectionRef, Deferred } from '@dolphinstage/task-kit';
import { callSite, type SourceLocation } from './call-site';
import { outputOf } from './outputs';
import type { ParamSpec, ParamSpecs } from './params';
import type { CronSchedule, Overlap } from './schedule';
import type { TargetOverrides } from './targets';
import type {
  Minutes,
  RawTaskSettings,
  TaskFunction,
  TaskHandle,
  TaskNode,
  TaskPriority,
} from './task';

/** What an alert is sent for. @public */
export type AlertOccasion = 'failure' | 'success' | 'timeout';

/** @public */
export interface Alert {
  /** A DolphinScheduler alert group by name. */
  group: string;
  /** `timeout` needs a timeout on the workflow. */
  on: readonly AlertOccasion[];
  /**
   * An `http` connection whose address receives the alerts. With it, apply makes the group and a webhook of
   * the connection's name where they aren't there; without it, the group must exist.
   */
  webhook?: ConnectionRef<'http'>;
}

/** @public */
export interface WorkflowOptions<P extends ParamSpecs = ParamSpecs> {
  /** Stable: lower case with dashes, 50 characters at most. */
  id: string;
  /** What it is called in DolphinScheduler: 1 to 255 characters. Default: its id. */
  name?: string;
  /** A DolphinScheduler project by name; apply makes it where it isn't there. */
  project: string;
  /** For people. */
  description?: string;
  /** Who answers for it: a Backstage entity, `group:default/sales`. */
  owner: string;
  /** What it is a part of: a Backstage system, `warehouse` or `system:default/warehouse`. Default: none. */
  system?: string;
  /** The DolphinScheduler tenant (OS user) that its tasks run as. Default: the target's. */
  tenant?: string;
  /** Ids that it had before: it is renamed, not replaced. */
  aliases?: readonly string[];
  /**
   * Take over a workflow of this name that Dolphinstage didn't make, instead of calling it a conflict: its code,
   * history and schedule stay. Default false.
   */
  adopt?: boolean;
  params?: P;
  /** Default: runs only when told to. */
  schedule?: CronSchedule;
  /** For a workflow without a schedule, whose `cron(…)` says it otherwise. Default `parallel`. */
  overlap?: Overlap;
  /** What happens when a task fails: other branches go on, or the run ends. Default `continue`. */
  onFailure?: 'continue' | 'end';
  /** Longer runs are ended; on servers that can't, an alert is sent (the plan says so). Default: none. */
  timeout?: Minutes;
  alert?: Alert;
  /** Destroy refuses it. Default false. */
  protect?: boolean;
  /** Of tasks that name none. Default `default`. */
  workerGroup?: string;
  /** A DolphinScheduler environment by name, for tasks that name none; `null`: none. Default: the target's. */
  environment?: string | null;
  /** Of its runs. Default `medium`. */
  priority?: TaskPriority;
  /**
   * What is different on a target (`--target staging`), by its name. To promote a workflow is to apply it to another
   * target. Default: nothing, anywhere.
   */
  targets?: Readonly<Record<string, TargetOverrides<NoInfer<P>>>>;
  /** The targets that have it; for the others it isn't there. Default: all. */
  only?: readonly string[];
}

/** The parameters as tasks take them. @public */
export type ParamRefs<P extends ParamSpecs> = {
  readonly [K in keyof P]: Deferred<P[K] extends ParamSpec<infer T> ? T : never>;
};

/** What a workflow's body works with. @public */
export interface WorkflowTools<P extends ParamSpecs = ParamSpecs> {
  readonly params: ParamRefs<P>;
  readonly task: TaskFunction;
}

const WORKFLOW = Symbol.for('dolphinstage.workflow');

/** A workflow as its author wrote it. What is wrong with it comes out when it is synthesised. @public */
export interface Workflow {
  readonly options: WorkflowOptions;
  /** Where it stands, for messages. */
  readonly at?: SourceLocation;
  /** Runs the body. */
  readonly nodes: () => readonly TaskNode[];
  readonly [WORKFLOW]: true;
}

/** True for a workflow, also one of another copy of this package. @public */
export function isWorkflow(value: unknown): value is Workflow {
  return typeof value === 'object' && value !== null && WORKFLOW in value;
}

/**
 * Defines a workflow. The body says which tasks there are and what they take; it runs at synthesis, not when
 * the workflow does.
 *
 * @example
 * ```ts
 * export default defineWorkflow(
 *   { id: 'orders-daily', project: 'sales', owner: 'group:default/sales', params: { day: param.date('$[yyyy-MM-dd-1]') } },
 *   ({ params, task }) => {
 *     const raw = task('extract', extractMysql({ from: connection('shop'), since: params.day }));
 *     task('load', load({ input: raw.out.dataset }));
 *   },
 * );
 * ```
 *
 * @public
 */
export function defineWorkflow<const P extends ParamSpecs = Record<never, ParamSpec>>(
  options: WorkflowOptions<P>,
  body: (tools: WorkflowTools<P>) => void,
): Workflow {
  return {
    options,
    at: callSite(defineWorkflow),
    nodes: () => collect(options.params ?? ({} as P), body),
    [WORKFLOW]: true,
  };
}

function collect<P extends ParamSpecs>(
  specs: P,
  body: (tools: WorkflowTools<P>) => void,
): TaskNode[] {
  const nodes: TaskNode[] = [];
  const task = ((id: string, call: TaskNode['call'], settings: RawTaskSettings = {}) => {
    const handle: TaskHandle = { id, out: outputOf(id) };
    nodes.push({ handle, call, settings, at: callSite(task) });
    return handle;
  }) as TaskFunction;
  const params = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [
      name,
      { deferred: { kind: 'param', name, type } },
    ]),
  ) as unknown as ParamRefs<P>;
  body({ params, task });
  return nodes;
}
