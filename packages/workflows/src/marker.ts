/**
 * What says on the server that a definition is ours: a marker at the end of its description. There is no state
 * file. A workflow's has its stable id, a digest of what was applied and flags; a task's has its digest.
 */
import type { WorkflowModel } from './model';
import { LONGEST_DESCRIPTION } from './synth/names';

/** What a workflow's marker says. @public */
export interface Marker {
  readonly id: string;
  /** 12 hex digits. */
  readonly digest: string;
  readonly protect: boolean;
  /** Its texts are as a person would write them, not encoded ({@link ParamModel.verbatim}). */
  readonly verbatim: boolean;
}

/** As long as every digest. */
const NO_DIGEST = '0'.repeat(12);

const WORKFLOW = /\s*\[dolphinstage:1 ([a-z0-9-]{1,50}) ([0-9a-f]{12})(?: (p?v?))?\]$/;
/** As {@link humanText} writes it. */
const OWNER = /(?:^|\n)Owner: (\S+)$/;
const SYSTEM = /(?:^|\n)System: (\S+)$/;
const TASK = /\s*\[dolphinstage:1 ([0-9a-f]{12})(?: ([a-z0-9-]{1,50}))?\]$/;

/** The human part of a workflow's description, system and owner included. The owner is last, where it always was. */
export function humanText({
  description,
  owner,
  system,
}: Pick<WorkflowModel, 'description' | 'owner' | 'system'>): string {
  return [description.trim(), system && `System: ${system}`, `Owner: ${owner}`]
    .filter(Boolean)
    .join('\n');
}

/** Whether a description would be read as one that names a system. */
export function endsAsSystem(description: string): boolean {
  return SYSTEM.test(description.trim());
}

/** A workflow's description as it stands on the server. */
export function describeWorkflow(
  model: Pick<WorkflowModel, 'description' | 'owner' | 'system' | 'id' | 'protect' | 'params'>,
  digest: string,
): string {
  const verbatim = model.params.some(param => param.verbatim !== undefined);
  const flags = `${model.protect ? 'p' : ''}${verbatim ? 'v' : ''}`;
  return `${humanText(model)}\n[dolphinstage:1 ${model.id} ${digest}${flags && ` ${flags}`}]`;
}

/**
 * A task's description as it stands on the server; a long human part is cut.
 *
 * @param id - its id, where that isn't its name: it stands nowhere else on the server.
 */
export function describeTask(description: string, digest: string, id?: string): string {
  const human = taskText(description, id);
  return [human, taskMarker(digest, id)].filter(Boolean).join('\n');
}

/** What of a task's description has room beside its marker; see {@link describeTask}. */
export function taskText(description: string, id?: string): string {
  const length = LONGEST_DESCRIPTION - taskMarker(NO_DIGEST, id).length - 1;
  return cut(description.trim(), length).trimEnd();
}

function taskMarker(digest: string, id: string | undefined): string {
  return `[dolphinstage:1 ${digest}${id === undefined ? '' : ` ${id}`}]`;
}

/** The beginning of a text, no sign of it in halves. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** The marker on a workflow's description; undefined for somebody else's workflow. @public */
export function readMarker(description: string): Marker | undefined {
  const match = WORKFLOW.exec(description);
  if (!match) return undefined;
  const [, id = '', digest = '', flags = ''] = match;
  return { id, digest, protect: flags.includes('p'), verbatim: flags.includes('v') };
}

/** The owner that a workflow's description names. @public */
export function readOwner(description: string): string | undefined {
  return OWNER.exec(withoutMarker(description))?.[1];
}

/** The system that a workflow's description names, beside its owner. @public */
export function readSystem(description: string): string | undefined {
  const text = withoutMarker(description);
  return OWNER.test(text) ? SYSTEM.exec(text.replace(OWNER, ''))?.[1] : undefined;
}

/** The digest on a task's description. */
export function readTaskDigest(description: string): string | undefined {
  return TASK.exec(description)?.[1];
}

/** The id on the description of a task that is called otherwise. @public */
export function readTaskId(description: string): string | undefined {
  return TASK.exec(description)?.[2];
}

/** A workflow's description without marker, owner and system. @public */
export function ownText(description: string): string {
  const text = withoutMarker(description);
  return OWNER.test(text) ? text.replace(OWNER, '').replace(SYSTEM, '') : text;
}

/** A description without the marker. @public */
export function withoutMarker(description: string): string {
  return description.replace(WORKFLOW, '').replace(TASK, '');
}
