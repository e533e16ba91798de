import type { Parameter } from '@dolphinstage/dolphinscheduler-client';
import type { TaskBody, TaskModel, WorkflowModel } from '../model';
import type { TaskScope } from '../synth/scope';

/** What a task needs to know of a target to be written down for it. */
export interface RenderContext {
  readonly workflow: WorkflowModel;
  readonly task: TaskModel;
  readonly tenant: string;
  /** True when the server tries a task again by itself. */
  readonly serverRetries: boolean;
  /** How the command names a pack's bundle, and what must be delivered for it. */
  bundle(pack: string): BundleReference;
}

/** A bundle as a command refers to it. */
export interface BundleReference {
  /** A shell word. */
  readonly word: string;
  /** In the resource centre; absent when delivered by path. */
  readonly resource?: string;
}

/** What of a task is special to its type, as the server holds it; resources still by name. */
export interface RenderedBody {
  readonly taskType: string;
  readonly localParams: readonly Parameter[];
  /** Full names in the resource centre. */
  readonly resources: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** One of DolphinScheduler's task types: how its settings become JSON, and that what the server holds. */
export interface RawTaskType<Settings, Body extends TaskBody> {
  synth(settings: Settings, scope: TaskScope): Body | undefined;
  render(body: Body, context: RenderContext): RenderedBody;
}
