import type { Parameter, ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { TaskModel, WorkflowModel } from '../model';
import type { TaskScope } from '../synth/scope';
import type { Names } from './refs';

/** What a task needs to know of a target to be written down for it. */
export interface RenderContext {
  readonly workflow: WorkflowModel;
  readonly task: TaskModel;
  readonly tenant: string;
  readonly line: ServerLine;
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

/** What of a task is special to its type, as the server holds it; names still stand for codes ({@link ref}). */
export interface RenderedBody {
  readonly taskType: string;
  readonly localParams: readonly Parameter[];
  /** Full names in the resource centre. */
  readonly resources: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Settings as plain JSON, as a model holds them: what the author wrote, so that it can be printed as TypeScript again.
 * What isn't JSON there has one form wherever it stands, and nothing else has:
 *
 * - a task of the same workflow: `ref({ kind: 'task', task: id })`, for the handle that `task(id, …)` gives
 * - another workflow: `ref({ kind: 'workflow', project, workflow })`, for `{ project, workflow }` or what `defineWorkflow` gives
 * - a parameter of the workflow: `paramRef(name, type)`, for `params.name`
 *
 * `asRef`, `asParamRef` and `findRefs` find them.
 */
export type JsonSettings = Readonly<Record<string, unknown>>;

/** What {@link RawTaskType.read} makes of a task on a server. */
export interface TaskSource {
  /** `taskParams`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly line: ServerLine;
  readonly names: Names;
}

/**
 * One of DolphinScheduler's task types. Its settings as an author writes them become JSON (`synth`); that becomes
 * what a server holds (`render`), and what a server holds becomes that JSON again (`read`).
 */
export interface RawTaskType<Settings = never> {
  /** The name of its function, and of its file in camel case. */
  readonly name: string;
  /** The lines that have it. */
  readonly lines: readonly ServerLine[];
  /** Of these, those whose task parameters couldn't be read in a server's source. */
  readonly unverified: readonly ServerLine[];
  /** The names of its own settings. */
  readonly settings: readonly string[];
  /** What a line calls it: `SUB_PROCESS`. */
  serverType(line: ServerLine, settings: JsonSettings): string;
  synth(settings: Settings, scope: TaskScope): JsonSettings;
  /** What its function takes. Default: the settings. */
  args?(settings: JsonSettings): readonly unknown[];
  render(
    settings: JsonSettings,
    context: RenderContext,
  ): Pick<RenderedBody, 'params'> & Partial<Pick<RenderedBody, 'resources'>>;
  /** Undefined for what this type's settings can't say: it is kept as a raw task then. */
  read(source: TaskSource): JsonSettings | undefined;
  /** What of the given settings the line doesn't have. */
  unsupported(settings: JsonSettings, line: ServerLine): readonly Lacking[];
}

/** A setting, or a value of one, that not all lines have. */
export interface Lacking {
  /** `body`; `method HEAD`. */
  readonly what: string;
  /** Those that have it. */
  readonly lines: readonly ServerLine[];
}
