import type { Duration } from '@dolphinstage/common';
import type { Deferred, TaskCall } from '@dolphinstage/task-kit';
import type { RawTask } from '../task-types/raw-task';
import type { SourceLocation } from './call-site';
import type { Outputs } from './outputs';
import type { ParamSpec } from './params';

/**
 * A span in whole minutes, which is what DolphinScheduler counts in: `30m`, `2h`, `1d`.
 *
 * @public
 */
export type Minutes = `${number}${'m' | 'h' | 'd'}`;

/** @public */
export type TaskPriority = 'highest' | 'high' | 'medium' | 'low' | 'lowest';

/** @public */
export interface Retry {
  /** How often it is tried in all, the first time included: 2 to 100. */
  attempts: number;
  /** The pause between two attempts. A raw task's must be whole minutes. */
  every: Duration;
}

/** What happens at a task's timeout: it fails, an alert is sent while it goes on, or both. @public */
export type TimeoutAction = 'fail' | 'warn' | 'warn-and-fail';

/** What a raw task hands on under a name, and of which type. Texts come as they are, not encoded. @public */
export type OutputType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime';

/** @public */
export type OutputSpecs = Readonly<Record<string, OutputType>>;

/** @public */
export type OutputValues<S extends OutputSpecs> = {
  readonly [K in keyof S]: S[K] extends 'integer' | 'number'
    ? number
    : S[K] extends 'boolean'
      ? boolean
      : string;
};

/** @public */
export interface TaskSettings {
  /**
   * What it is called in DolphinScheduler: 1 to 255 characters, unique in the workflow. Another one makes another
   * task there, unless it is among the `aliases`. Default: its id.
   */
  name?: string;
  /** Names that it had in DolphinScheduler before. */
  aliases?: readonly string[];
  /** One or two sentences for people; by default what the task says of itself. */
  description?: string;
  /** Tasks that must have succeeded before, where no output says so. */
  after?: readonly TaskHandle[];
  /** Default: none. */
  retry?: Retry;
  /**
   * For a raw task with `retry`: on a server whose own retries don't work, run it without. Otherwise the
   * plan refuses it there. Default false.
   */
  acceptNoRetry?: boolean;
  /**
   * For a raw task with `retry`: leave it to the server, also on one whose own retries hang the run after a
   * failure. Default false.
   */
  forceServerRetry?: boolean;
  /** Ends an attempt that takes longer; then it has failed. Default: none. */
  timeout?: Minutes;
  /** Default `fail`, and with the workflow's alert on `timeout` `warn-and-fail`. A pack's task always fails. */
  onTimeout?: TimeoutAction;
  /** Default: the workflow's. */
  workerGroup?: string;
  /** A DolphinScheduler environment by name; `null`: none. Default: the workflow's. */
  environment?: string | null;
  /** Default `medium`. */
  priority?: TaskPriority;
  /** Waits so long before it begins. Default: not at all. */
  delay?: Minutes;
  /** Its outcome is kept, and used again instead of running it with the same input. Only 3.2 has it. Default false. */
  cache?: boolean;
  /** False: runs pass it by, as if it had succeeded. Default true. */
  enabled?: boolean;
  /**
   * A DolphinScheduler task group of the project, by name: its size is how many of its tasks run at once. Of those
   * that wait, the highest priority (a whole number from 0, the default, up) begins first.
   */
  taskGroup?: string | { name: string; priority?: number };
  /** Percent of one CPU that the worker grants it. Default: no limit. */
  cpuQuota?: number;
  /** Megabytes that the worker grants it. Default: no limit. */
  memoryMax?: number;
}

/** What a raw task takes beside. @public */
export interface RawTaskSettings<S extends OutputSpecs = OutputSpecs> extends TaskSettings {
  /**
   * Local parameters, which `${name}` in its settings stands for: fixed values and time expressions (made by
   * {@link param}), the workflow's parameters, or outputs of earlier raw tasks. Texts are pasted as they are.
   */
  inputs?: Readonly<Record<string, ParamSpec | Deferred<string | number | boolean>>>;
  /**
   * What it hands on, by name and type: a script writes `echo '${setValue(rows=12)}'`, an SQL task its columns.
   * Names are unique in the workflow. 3.1 loses some lines that are written just before a script ends: let it live on
   * for a second.
   */
  outputs?: S;
  /**
   * Local parameters as the server has them, beside the others: for tasks that were made there, whose names or types
   * `inputs` and `outputs` don't take. Nothing of them is checked. Default: none.
   */
  localParams?: readonly LocalParam[];
}

/** A local parameter as the server has it. @public */
export interface LocalParam {
  readonly name: string;
  readonly direct: 'IN' | 'OUT';
  /** The server's: `VARCHAR`, `INTEGER` … */
  readonly type: string;
  readonly value: string;
}

/** A task of a workflow: what later tasks refer to. @public */
export interface TaskHandle<O = unknown> {
  readonly id: string;
  /** What it hands on. */
  readonly out: Outputs<O>;
}

/** Puts tasks into the workflow that is being defined. @public */
export interface TaskFunction {
  /**
   * @param id - stable and unique in the workflow: lower case with dashes.
   */
  <I, O>(id: string, call: TaskCall<I, O>, settings?: TaskSettings): TaskHandle<O>;
  /** A raw task hands on what its settings say. */
  <const S extends OutputSpecs = Record<never, OutputType>>(
    id: string,
    call: RawTask,
    settings?: RawTaskSettings<S>,
  ): TaskHandle<OutputValues<S>>;
}

/** A task as its author put it down; nothing is checked yet. @public */
export interface TaskNode {
  readonly handle: TaskHandle;
  readonly call: TaskCall | RawTask;
  readonly settings: RawTaskSettings;
  readonly at?: SourceLocation;
}
