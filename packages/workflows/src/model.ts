/**
 * What synthesis makes of definitions: plain JSON, no codes of a server, the same for the same source on
 * every machine.
 */
import type { WireType } from '@dolphinstage/task-kit';
import type { AlertOccasion } from './define/define-workflow';
import type { MissedFires, Overlap } from './define/schedule';
import type { TaskPriority, TimeoutAction } from './define/task';

/** @public */
export interface Model {
  readonly version: 1;
  /** By project and id. */
  readonly workflows: readonly WorkflowModel[];
}

/** @public */
export interface WorkflowModel {
  readonly id: string;
  /** What it is called in DolphinScheduler. */
  readonly name: string;
  readonly project: string;
  readonly description: string;
  readonly owner: string;
  /** The Backstage system that it is a part of. Absent: none. */
  readonly system?: string;
  /** Absent: the target's. */
  readonly tenant?: string;
  readonly aliases: readonly string[];
  /** One of this name that Dolphinstage didn't make is taken over. */
  readonly adopt: boolean;
  readonly protect: boolean;
  readonly params: readonly ParamModel[];
  readonly schedule?: ScheduleModel;
  readonly overlap: Overlap;
  readonly onFailure: 'continue' | 'end';
  /** 0: none. */
  readonly timeoutMinutes: number;
  readonly alert?: AlertModel;
  readonly workerGroup: string;
  /** Absent: the target's; `null`: none. */
  readonly environment?: string | null;
  readonly priority: TaskPriority;
  /** In the author's order. */
  readonly tasks: readonly TaskModel[];
  /** Other workflows that its tasks refer to, sorted: they must be there before it. */
  readonly uses: readonly WorkflowName[];
}

/** A workflow by its project, and its id or its name. @public */
export interface WorkflowName {
  readonly project: string;
  readonly workflow: string;
}

/** @public */
export interface ParamModel {
  readonly name: string;
  readonly type: WireType;
  /** As it travels: text as base64url, a time expression as it is. */
  readonly value: string;
  /** The server's type, for one that is kept as the server has it: its text isn't encoded. */
  readonly verbatim?: string;
}

/** @public */
export interface ScheduleModel {
  readonly cron: string;
  readonly timeZone: string;
  /** `yyyy-MM-dd HH:mm:ss` in its zone. Absent: for ever. */
  readonly from?: string;
  readonly until?: string;
  readonly missed?: MissedFires;
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
  /** What it is called in DolphinScheduler. */
  readonly name: string;
  /** Names that it had before. */
  readonly aliases: readonly string[];
  readonly description: string;
  /** Ids of the tasks before it, sorted. */
  readonly after: readonly string[];
  readonly retry?: { readonly attempts: number; readonly everySeconds: number };
  readonly acceptNoRetry: boolean;
  /** The retry is the server's, also where that is known to hang. */
  readonly forceServerRetry: boolean;
  /** Per attempt; 0: none. */
  readonly timeoutMinutes: number;
  readonly onTimeout: TimeoutAction;
  readonly workerGroup: string;
  /** Absent: the target's; `null`: none. */
  readonly environment?: string | null;
  readonly priority: TaskPriority;
  readonly delayMinutes: number;
  readonly cache: boolean;
  readonly enabled: boolean;
  readonly taskGroup?: { readonly name: string; readonly priority: number };
  /** Percent of one CPU. Absent: no limit. */
  readonly cpuQuota?: number;
  /** Megabytes. Absent: no limit. */
  readonly memoryMax?: number;
  /** Local parameters, outputs among them; none of a pack's task. */
  readonly localParams: readonly LocalParamModel[];
  readonly body: TaskBody;
}

/** A local parameter as the server has it. @public */
export interface LocalParamModel {
  readonly name: string;
  readonly direct: 'IN' | 'OUT';
  /** The server's: `VARCHAR`, `LONG` … */
  readonly type: string;
  readonly value: string;
  /** The earlier task's output that it stands for. */
  readonly output?: string;
}

/** What a task does, by its type. @public */
export type TaskBody = PackTaskBody | RawTaskBody;

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

/** A task of one of DolphinScheduler's own types. @public */
export interface RawTaskBody {
  readonly kind: 'raw';
  /** The name of its function: `sql`. */
  readonly type: string;
  /** As JSON; what it refers to stands there by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}
