import type { Alert } from './define-workflow';
import type { ParamSpec, ParamSpecs } from './params';
import type { CronSchedule } from './schedule';
import type { Minutes, TaskPriority } from './task';

/** Names as the definition has them, and what they are called on a target. @public */
export type Renames = Readonly<Record<string, string>>;

/** Other defaults for parameters, each of its parameter's type. @public */
export type ParamOverrides<P extends ParamSpecs> = {
  readonly [K in keyof P]?: P[K] extends ParamSpec<infer T> ? ParamSpec<T> : never;
};

/** What is different on a target; what isn't said stays. @public */
export interface TargetOverrides<P extends ParamSpecs = ParamSpecs> {
  /** For two targets on one server, which holds a name once in a project. */
  readonly project?: string;
  readonly tenant?: string;
  /** `null`: it runs only when told to. What it says of overlap stays where the new one says nothing. */
  readonly schedule?: CronSchedule | null;
  readonly alert?: Alert | null;
  /** Other defaults. */
  readonly params?: ParamOverrides<P>;
  readonly timeout?: Minutes;
  readonly protect?: boolean;
  /** Of tasks that name none. */
  readonly workerGroup?: string;
  /** For tasks that name none; `null`: none. */
  readonly environment?: string | null;
  readonly priority?: TaskPriority;
  /** Connections by name, in inputs of packs' tasks and in the alert: `{ shop: 'shop-staging' }`. */
  readonly connections?: Renames;
  /** DolphinScheduler's datasources by name, in tasks of its own types. */
  readonly datasources?: Renames;
  /** Worker groups by name, also those that tasks name. */
  readonly workerGroups?: Renames;
}
