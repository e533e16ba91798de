import type {
  DolphinSchedulerClient,
  Schedule,
  WorkflowDefinition,
} from '@dolphinstage/dolphinscheduler-client';
import type { PackBundle } from '@dolphinstage/task-kit';
import type { Problem } from '../errors';
import type { Change } from './change';
import type { Delivery, RenderedWorkflow } from './render';
import type { WantedSchedule } from './schedule';

/** What planning needs to know of a target. @public */
export interface PlanOptions {
  /** The target's name. */
  readonly target: string;
  /** For workflows that name none. */
  readonly tenant: string;
  /** The DolphinScheduler environment for tasks that name none. */
  readonly environment: string;
  readonly delivery: Delivery;
  /** Every pack of the model by name; see {@link bundlePacks}. */
  readonly bundles: ReadonlyMap<string, PackBundle>;
  /** Where an `http` connection leads, for webhooks that aren't there yet. */
  readonly webhookUrl?: (connection: string) => string | undefined;
}

/**
 * - `create`: not there yet.
 * - `update`: something of it changes; it goes offline for a moment.
 * - `schedule`: only its schedule changes; the workflow isn't touched.
 * - `drifted`: the code is as it was applied, and somebody has edited the workflow on the server since; apply
 *   puts it back.
 * - `unchanged`: nothing to write.
 * - `adopt`: one that Dolphinstage didn't make, which the code takes over; what differs changes too.
 * - `conflict`: there is one of this name that isn't ours; apply refuses.
 *
 * @public
 */
export type WorkflowAction =
  'create' | 'update' | 'schedule' | 'adopt' | 'drifted' | 'unchanged' | 'conflict';

/** What is to happen with a workflow. @public */
export interface WorkflowPlan {
  readonly project: string;
  readonly id: string;
  readonly action: WorkflowAction;
  readonly changes: readonly Change[];
  /**
   * What somebody has edited on the server since it was applied: `before` is what was applied, `after` what stands
   * there now. Schedules carry no mark, so that theirs aren't among them.
   */
  readonly edits: readonly Change[];
  /** When it was edited last, as far as the server says; `yyyy-MM-dd HH:mm:ss` in its zone. */
  readonly editedAt?: string;
  /** What people should know: what the server can't do, and who does it instead. */
  readonly notes: readonly string[];
  /** `<project>/<workflow>` of those in the plan's projects that use it and that its downtime concerns, sorted. */
  readonly dependants: readonly string[];
  /** How long it can't start, in words; absent where it always can. */
  readonly downtime?: string;
  readonly rendered: RenderedWorkflow;
  /** Workflows of this plan that must be written before it, as indices. */
  readonly after: readonly number[];
  readonly schedule: SchedulePlan;
  /** What the plan has seen and apply must find again. */
  readonly live?: WorkflowDefinition;
}

/** What is to happen with a workflow's schedule. @public */
export interface SchedulePlan {
  readonly action: 'create' | 'update' | 'delete' | 'none';
  /** What the plan has seen. */
  readonly live: readonly Schedule[];
  readonly wanted?: WantedSchedule;
}

/** Something that must be there before workflows are written. @public */
export type Dependency =
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'bundle'; readonly pack: string; readonly bundle: PackBundle }
  | {
      readonly kind: 'alert-group';
      readonly group: string;
      /** The webhook that it must send to, and where that leads if it must be made. */
      readonly webhook: string;
      readonly url?: string;
    };

/** What an apply that was cut off has left in a project. @public */
export interface Recovery {
  readonly project: string;
  /** Workflows whose release states, or their schedules', are put back. */
  readonly workflows: readonly string[];
}

/** All that apply is going to do, bound to what was seen. @public */
export interface Plan {
  readonly options: PlanOptions;
  /** What is missing of these. */
  readonly dependencies: readonly Dependency[];
  /** Each after those that it uses. */
  readonly workflows: readonly WorkflowPlan[];
  /** Applies that were cut off: what they had begun is put back first. */
  readonly recoveries: readonly Recovery[];
  /** With any, apply refuses. */
  readonly problems: readonly Problem[];
}

/** The client that plan, apply and runs work with. @public */
export type Client = DolphinSchedulerClient;

/** True when apply has something to do. @public */
export function hasChanges(plan: Plan): boolean {
  return (
    plan.dependencies.length > 0 ||
    plan.recoveries.length > 0 ||
    plan.workflows.some(({ action }) => action !== 'unchanged')
  );
}
