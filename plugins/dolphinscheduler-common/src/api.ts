/** What the backend answers. Times are ISO 8601 in UTC; a duration is in seconds. */
import type { Verb } from './permissions';
import type { RunRef, WorkflowRef } from './refs';

/** DolphinScheduler's words for a run's or a task's state, gathered into what a person wants to know. @public */
export type State =
  | 'waiting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'succeeded'
  | 'unknown';

/** A DolphinScheduler instance of app-config.yaml. @public */
export interface InstanceInfo {
  readonly name: string;
  /** `3.1`, `3.2` …; absent while it has never answered. */
  readonly line?: string;
  readonly reachable: boolean;
  /** Why it isn't reachable, without addresses and secrets. */
  readonly problem?: string;
  /** When what is shown was read; absent while nothing has been. */
  readonly readAt?: string;
}

/** When an answer's content was read from DolphinScheduler. @public */
export interface AsRead {
  readonly readAt?: string;
  /** Why it could not be read anew: what is shown is as old as `readAt` says. Without addresses and secrets. */
  readonly problem?: string;
}

/** @public */
export interface ScheduleInfo {
  readonly cron: string;
  readonly timeZone: string;
  /** False: paused, or its workflow is offline. */
  readonly active: boolean;
  /** The next fire times; in details only. */
  readonly next?: readonly string[];
}

/** @public */
export interface RunInfo {
  readonly id: number;
  readonly state: State;
  /** DolphinScheduler's own word. */
  readonly serverState: string;
  /** It changes no more by itself. */
  readonly final: boolean;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** For which time it runs, where it is scheduled or backfilled. */
  readonly scheduledFor?: string;
  /** What started it: DolphinScheduler's command type, `SCHEDULER`, `START_PROCESS`, `COMPLEMENT_DATA` … */
  readonly trigger: string;
}

/** A row of the list of workflows. @public */
export interface WorkflowInfo extends WorkflowRef {
  /** Its id in the code; absent for one that no code of ours made. */
  readonly id?: string;
  readonly name: string;
  readonly description: string;
  /** An entity ref. */
  readonly owner?: string;
  /** An entity ref. */
  readonly system?: string;
  readonly tenant?: string;
  /** Of its entity in the catalog. */
  readonly entityRef: string;
  /** It is released: it can be started. */
  readonly online: boolean;
  readonly schedule?: ScheduleInfo;
  readonly lastRun?: RunInfo;
  /** Somebody has edited it in DolphinScheduler since it was applied. */
  readonly drifted: boolean;
  readonly tasks: number;
  readonly updatedAt?: string;
}

/** The page of the list that was asked for. @public */
export interface WorkflowList {
  readonly items: readonly WorkflowInfo[];
  /** How many fit the filter. */
  readonly total: number;
  /** What can be filtered by, among all that the caller may read. */
  readonly facets: {
    readonly projects: readonly string[];
    readonly owners: readonly string[];
    readonly tenants: readonly string[];
  };
  readonly instances: readonly InstanceInfo[];
}

/** What the list of workflows is asked for; all that is given must fit. @public */
export interface WorkflowQuery {
  instance?: string;
  project?: string;
  owner?: string;
  tenant?: string;
  /** The last run's state; `late`: scheduled, and due for more than a minute without a run. */
  state?: State | 'never-run' | 'late';
  drifted?: boolean;
  /** A part of name, id or description. */
  search?: string;
  sort?: 'name' | 'project' | 'owner' | 'lastRun' | 'updatedAt';
  order?: 'asc' | 'desc';
  /** Default 0. */
  offset?: number;
  /** Default 100, at most 1,000. */
  limit?: number;
}

/** When a schedule would fire next: five times, or fewer where there are none within five years. @public */
export interface SchedulePreview {
  readonly times: readonly string[];
}

/** Something that tasks name and that is kept elsewhere: never more than what it is called. @public */
export interface KnownName {
  readonly name: string;
  /** `postgres`, `mysql`, `kafka` …; absent where only the workers know. */
  readonly kind?: string;
}

/** What forms offer to choose from; others can be there, too. @public */
export interface KnownConnections {
  /** Of tenants: those of app-config.yaml, and those that workflows name which the caller may see. */
  readonly connections: readonly KnownName[];
  /** Of DolphinScheduler: those that such workflows name. */
  readonly datasources: readonly KnownName[];
}

/** A task of a workflow definition. @public */
export interface TaskNode {
  readonly code: number;
  /** Its id in the code; else its name. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  /** Codes of the tasks right before it. */
  readonly after: readonly number[];
}

/** A start parameter, as it is typed in the code. @public */
export interface ParamInfo {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'text';
  /** What it is unless told; for a time expression, the expression. */
  readonly value: string;
  /** Its value is an expression such as `$[yyyy-MM-dd-1]`, worked out at each run. */
  readonly expression: boolean;
}

/** One workflow, whole. @public */
export interface WorkflowDetail extends WorkflowInfo, AsRead {
  readonly graph: readonly TaskNode[];
  readonly params: readonly ParamInfo[];
  readonly version: number;
  /** What the caller may do. */
  readonly allowed: readonly Verb[];
}

/** @public */
export interface RunList extends AsRead {
  readonly items: readonly RunInfo[];
}

/** A task of a run. @public */
export interface RunTask {
  readonly id: number;
  readonly code: number;
  readonly name: string;
  readonly type: string;
  readonly state: State;
  readonly serverState: string;
  readonly final: boolean;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly host?: string;
}

/** One run, whole. @public */
export interface RunDetail extends RunInfo, Omit<RunRef, 'run'>, AsRead {
  readonly tasks: readonly RunTask[];
}

/** A piece of a task's log. Its lines are others' text: to be shown as text only. @public */
export interface LogPiece {
  /** The number of its first line in the log, from 0; told where the log's end was asked for. */
  readonly from?: number;
  readonly lines: readonly string[];
  /** Give it back to read on. */
  readonly next: number;
  /** Nothing follows. */
  readonly ended: boolean;
}

/** A start. @public */
export interface StartRequest {
  /** By name; only typed ones of the workflow's. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** DolphinScheduler goes through the tasks without running them. */
  readonly dryRun?: boolean;
}

/** @public */
export interface StartAnswer {
  readonly run: number;
}

/** Runs for times that are past. @public */
export interface BackfillRequest extends StartRequest {
  /** Calendar days in the schedule's zone, `yyyy-MM-dd`, both included. */
  readonly from: string;
  readonly until: string;
  readonly mode: 'serial' | 'parallel';
  readonly parallelism?: number;
}

/** @public */
export interface BackfillAnswer {
  /** Those that are there by now; the others follow. */
  readonly runs: readonly number[];
  /** For which times. */
  readonly times: readonly string[];
}

/** What can be done to a run. @public */
export type RunVerb = 'pause' | 'resume' | 'stop' | 'repeat' | 'recover';

/** A version of a workflow definition. @public */
export interface VersionRow {
  readonly version: number;
  readonly at?: string;
  /** The live one. */
  readonly current: boolean;
}

/** What somebody has edited in DolphinScheduler since it was applied. @public */
export interface DriftRow {
  /** `task load, script`. */
  readonly what: string;
  /** As it was applied; absent: it wasn't there. */
  readonly before?: string;
  readonly after?: string;
}

/** @public */
export interface ChangeSignal {
  readonly instance: string;
  readonly project: string;
  readonly code: number;
}

/** The body of every error. @public */
export interface ProblemBody {
  readonly error: { readonly name: string; readonly message: string };
}
