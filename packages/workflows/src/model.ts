/**
 * What synthesis makes of definitions: plain JSON, no codes of a server, the same for the same source on
 * every machine.
 */
import type { WireType } from '@dolphinstage/task-kit';
import type { AlertOccasion } from './define/define-workflow';
import type { Overlap } from './define/schedule';
import type { TaskPriority } from './define/task';

/** @public */
export interface Model {
  readonly version: 1;
  /** By project and id. */
  readonly workflows: readonly WorkflowModel[];
}

/** @public */
export interface WorkflowModel {
  readonly id: string;
  readonly project: string;
  readonly description: string;
  readonly owner: string;
  /** Absent: the target's. */
  readonly tenant?: string;
  readonly aliases: readonly string[];
  readonly protect: boolean;
  readonly params: readonly ParamModel[];
  readonly schedule?: ScheduleModel;
  readonly overlap: Overlap;
  readonly onFailure: 'continue' | 'end';
  /** 0: none. */
  readonly timeoutMinutes: number;
  readonly alert?: AlertModel;
  readonly workerGroup: string;
  /** Absent: the target's. */
  readonly environment?: string;
  readonly priority: TaskPriority;
  /** In the author's order. */
  readonly tasks: readonly TaskModel[];
}

/** @public */
export interface ParamModel {
  readonly name: string;
  readonly type: WireType;
  /** As it travels: text as base64url, a time expression as it is. */
  readonly value: string;
}

/** @public */
export interface ScheduleModel {
  readonly cron: string;
  readonly timeZone: string;
}

/** @public */
export interface AlertModel {
  readonly group: string;
  readonly on: readonly AlertOccasion[];
  /** A connection's name. */
  readonly webhook?: string;
}

/** @public */
export interface TaskModel {
  readonly id: string;
  readonly description: string;
  /** Ids of the tasks before it, sorted. */
  readonly after: readonly string[];
  readonly retry?: { readonly attempts: number; readonly everySeconds: number };
  readonly acceptNoRetry: boolean;
  /** Per attempt; 0: none. */
  readonly timeoutMinutes: number;
  readonly workerGroup: string;
  /** Absent: the target's. */
  readonly environment?: string;
  readonly priority: TaskPriority;
  readonly body: TaskBody;
}

/** What a task does, by its type. @public */
export type TaskBody = PackTaskBody | ShellTaskBody;

/** A task of a pack. @public */
export interface PackTaskBody {
  readonly kind: 'pack';
  readonly pack: string;
  /** `<pack>/<task>`. */
  readonly task: string;
  /** Without what is bound at run time. */
  readonly input: unknown;
  readonly binds: readonly Bind[];
}

/** A value known only at run time, and where in the input it goes. @public */
export type Bind =
  | { readonly path: string; readonly param: string; readonly type: WireType }
  | { readonly path: string; readonly task: string; readonly output: string };

/** A script. @public */
export interface ShellTaskBody {
  readonly kind: 'shell';
  readonly script: string;
  readonly env: Readonly<Record<string, EnvValue>>;
}

/** @public */
export type EnvValue =
  { readonly text: string } | { readonly param: string; readonly type: WireType };
