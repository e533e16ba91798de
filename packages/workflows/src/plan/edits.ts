import type { WorkflowDefinition } from '@dolphinstage/dolphinscheduler-client';
import { readMarker } from '../marker';
import { type Base, readBase } from './base';
import type { Change } from './change';
import type { Client } from './plan-types';

/** What became of a workflow on the server since it was applied. */
export interface Edits {
  /** The code is as it was applied: all that differs was edited on the server. */
  readonly asApplied: boolean;
  /** `before` is what was applied, `after` what stands there now. */
  readonly changes: readonly Change[];
  readonly at?: string;
}

/** A workflow that is there, and what its code wants of it. */
export interface Compared {
  readonly projectCode: number;
  readonly live: WorkflowDefinition;
  /** Of the code. */
  readonly id: string;
  readonly digest: string;
  /** What writing the code's state would change. */
  readonly changes: readonly Change[];
  /** What writing the live definition over another would change. */
  readonly since: (applied: WorkflowDefinition) => Change[];
}

/** Tells edits on the server from changes of the code. Reads only where something differs. */
export async function readEdits(client: Client, compared: Compared): Promise<Edits> {
  const { projectCode, live, id, digest, changes, since } = compared;
  if (changes.length === 0) return { asApplied: false, changes: [] };
  const marker = readMarker(live.description);
  if (marker && marker.id === id && marker.digest === digest) {
    // No version is needed to tell what: it is all that differs.
    return { asApplied: true, changes: changes.map(turned), at: live.updateTime };
  }
  // Never written twice, so never edited either.
  if (marker && live.version === 1 && live.tasks.every(({ version }) => version === 1)) {
    return { asApplied: false, changes: [] };
  }
  const base = await readBase(client, projectCode, live);
  if (!base) return { asApplied: false, changes: [] };
  if (base.digest === digest) {
    return { asApplied: true, changes: changes.map(turned), at: base.editedAt };
  }
  return { asApplied: false, changes: editsSince(base, since), at: base.editedAt };
}

function editsSince({ definition }: Base, since: Compared['since']): Change[] {
  return since(definition).filter(({ what }) => what !== 'marker');
}

/** A plan says what apply would do; an edit is the other way around. */
export function turned({ what, before, after }: Change): Change {
  return { what, before: after, after: before };
}

/** Changes with who made each: the code, the server, or both. */
export function withOrigins(changes: readonly Change[], edits: Edits): Change[] {
  if (edits.asApplied) return changes.map(change => ({ ...change, origin: 'server' }));
  if (edits.changes.length === 0) return [...changes];
  const edited = new Map(edits.changes.map(edit => [edit.what, edit]));
  return changes.map(change => {
    const edit = edited.get(change.what);
    if (!edit) return change;
    // Put back to what was applied, or to something else.
    return { ...change, origin: change.after === edit.before ? 'server' : 'both' };
  });
}
