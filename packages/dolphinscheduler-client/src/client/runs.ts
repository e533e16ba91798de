/** Runs: how they are started, what they are, what they write. */
import type { Capabilities } from './server';
import type { CallOptions, ExecutionState, FailureStrategy, Priority, WarningType } from './words';

/** @public */
export interface StartOptions {
  workflowDefinitionCode: number;
  /** Start parameters by name; they override global ones. */
  params?: Record<string, string>;
  failureStrategy?: FailureStrategy;
  warningType?: WarningType;
  warningGroupId?: number;
  priority?: Priority;
  /** For tasks of the worker group `default`. */
  workerGroup?: string;
  /** On 3.1 only for tasks that take their worker group from here too; else set it on the task. */
  environmentCode?: number;
  /** Where the line keeps it here ({@link Capabilities.tenantOnDefinition}). */
  tenantCode?: string;
  dryRun?: boolean;
}

/** A start for each of several schedule times. @public */
export type BackfillOptions = StartOptions & {
  /** One after the other, or several at once. */
  mode: 'serial' | 'parallel';
  /**
   * For `parallel`: into how many parts the times of a range are divided, which run at once. With a list of
   * dates, 3.1 takes it as the length of a part instead. Default: 1.
   */
  parallelism?: number;
  /** Where the line has it ({@link Capabilities.backfillOrder}). Default: the server's. */
  order?: 'oldest-first' | 'newest-first';
  /** Also run what depends on the workflow; `all`: on every level, where the line has it. Default: none. */
  dependents?: 'none' | 'direct' | 'all';
} & (
    | {
        /** `yyyy-MM-dd HH:mm:ss`, in the server's zone. */
        dates: readonly string[];
      }
    | {
        dates?: undefined;
        /** `yyyy-MM-dd HH:mm:ss`; the times between are the schedule's, or midnights where it has none. */
        from: string;
        until: string;
      }
  );

/** @public */
export interface WorkflowInstance {
  readonly id: number;
  readonly name: string;
  readonly workflowDefinitionCode: number;
  readonly workflowDefinitionVersion: number;
  readonly state: ExecutionState;
  readonly commandType: string;
  /** In the server's zone, `yyyy-MM-dd HH:mm:ss`; undefined while not reached. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly scheduleTime?: string;
  readonly runTimes: number;
  readonly host: string;
  /** True for a state that doesn't change by itself; a repeat reuses the id all the same. */
  readonly final: boolean;
}

/** @public */
export interface TaskInstance {
  readonly id: number;
  readonly name: string;
  readonly taskCode: number;
  readonly taskType: string;
  readonly state: ExecutionState;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly host: string;
  readonly logPath: string;
  readonly final: boolean;
}

/** A row of a project's list of task instances. @public */
export interface ListedTaskInstance extends TaskInstance {
  readonly workflowInstanceId: number;
  readonly workflowInstanceName: string;
}

/** Which runs are listed; all that is given must fit. @public */
export interface RunFilter {
  workflowDefinitionCode?: number;
  state?: ExecutionState;
  /** `yyyy-MM-dd HH:mm:ss` in the server's zone, both included. */
  startedFrom?: string;
  startedUntil?: string;
  /** A part of the run's name, which begins with the workflow's. */
  search?: string;
}

/** Which task instances are listed; all that is given must fit. @public */
export interface TaskInstanceFilter extends Omit<RunFilter, 'workflowDefinitionCode'> {
  workflowInstanceId?: number;
  /** The task's whole name. */
  taskName?: string;
}

/** @public */
export type ControlAction = 'STOP' | 'PAUSE' | 'REPEAT' | 'RESUME' | 'FROM_FAILURE';

/** A piece of a task's log. @public */
export interface LogPage {
  /** Whole lines as the worker's log file holds them, without the server's header line. */
  readonly lines: string[];
  /** Give it back to read on. */
  readonly next: number;
  /**
   * The worker has closed this log: nothing follows. A task's state is final up to seconds earlier. Task
   * types that run no command never say it, nor does a worker that died.
   */
  readonly ended: boolean;
}

/** @public */
export interface LogOptions extends CallOptions {
  /**
   * Nothing will be written any more, so the last line is whole. Otherwise it is held back, since the worker
   * may be in the middle of writing it, until another line follows, the log has `ended`, or it has been the
   * same for a second. Default: false.
   */
  taskEnded?: boolean;
}

/** @public */
export interface FollowLogOptions extends CallOptions {
  /**
   * False: ends with what is there by now. Default: true, which ends where the worker has closed the log, or when the task has
   * ended and no line has come for 5 s.
   */
  follow?: boolean;
  /** Milliseconds between two looks. Default 1,000. */
  pollMs?: number;
}
