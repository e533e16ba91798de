import type { Duration } from '@dolphinstage/common';
import type { TaskCall } from '@dolphinstage/task-kit';
import type { RawTask } from '../task-types/raw-task';
import type { SourceLocation } from './call-site';
import type { Outputs } from './outputs';

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

/** @public */
export interface TaskSettings {
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
  /** Ends an attempt that takes longer; then it has failed. Default: none. */
  timeout?: Minutes;
  /** Default: the workflow's. */
  workerGroup?: string;
  /** A DolphinScheduler environment by name. Default: the workflow's. */
  environment?: string;
  /** Default `medium`. */
  priority?: TaskPriority;
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
  /** A raw task hands on nothing that this knows the shape of. */
  (id: string, call: RawTask, settings?: TaskSettings): TaskHandle<undefined>;
}

/** A task as its author put it down; nothing is checked yet. */
export interface TaskNode {
  readonly handle: TaskHandle;
  readonly call: TaskCall | RawTask;
  readonly settings: TaskSettings;
  readonly at?: SourceLocation;
}
