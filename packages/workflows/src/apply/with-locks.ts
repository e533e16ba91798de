import type { Client, WorkflowPlan } from '../plan/plan-types';
import type { JournalEntry } from './journal';
import { type LockedProject, type LockOptions, ProjectLock } from './lock';
import { recover } from './recover';

/** What is to be locked, and why. */
export interface LockRequest {
  /** Name to code. */
  readonly projects: ReadonlyMap<string, number>;
  /** Projects that are locked even if nothing is written there: an apply was cut off in them. */
  readonly locked: readonly string[];
  readonly entries: readonly { readonly project: string; readonly entry: JournalEntry }[];
  readonly tenant: string;
}

interface Held {
  readonly project: LockedProject;
  readonly lock: ProjectLock;
  readonly entries: readonly JournalEntry[];
}

/**
 * Works while holding the locks of all projects concerned, taken in the order of their names so that two
 * applies never wait for each other. Before: what earlier applies have left is put back. After: so is what this
 * one has begun and not finished; if that can't be done either, the lock stays for the next one to do it.
 *
 * @param work - calls `begin` before a workflow's first write. Its results say which workflows have failed.
 */
export async function withLocks<T extends { project: string; id: string; error?: unknown }>(
  client: Client,
  { projects, locked, entries, tenant }: LockRequest,
  options: LockOptions,
  work: (begin: (plan: WorkflowPlan) => Promise<void>) => Promise<T[]>,
): Promise<T[]> {
  const names = [...new Set([...locked, ...entries.map(({ project }) => project)])].sort();
  const held = new Map<string, Held>();
  const begun = new Set<string>();
  const keyOf = ({ project, id }: { project: string; id: string }) => `${project}\0${id}`;
  let unfinished: (project: string, entry: JournalEntry) => boolean = (project, { id }) =>
    begun.has(keyOf({ project, id }));
  try {
    for (const name of names) {
      const project = { name, code: projects.get(name) ?? 0 };
      const own = entries.filter(each => each.project === name).map(({ entry }) => entry);
      const lock = await ProjectLock.acquire(client, project, tenant, own, options);
      held.set(name, { project, lock, entries: own });
      await recover(client, project.code, lock.inherited);
    }
    const results = await work(async plan => {
      await held.get(plan.project)?.lock.begin(plan.id);
      begun.add(keyOf(plan));
    });
    const failed = new Set(results.filter(({ error }) => error !== undefined).map(keyOf));
    unfinished = (project, { id }) =>
      begun.has(keyOf({ project, id })) && failed.has(keyOf({ project, id }));
    return results;
  } finally {
    for (const { project, lock, entries: own } of held.values()) {
      const left = own.filter(entry => unfinished(project.name, entry));
      await settle(client, project, lock, left);
    }
  }
}

/** Never throws: what can't be put back now is put back by the next apply, and the work's own error counts. */
async function settle(
  client: Client,
  project: LockedProject,
  lock: ProjectLock,
  left: readonly JournalEntry[],
): Promise<void> {
  try {
    await recover(
      client,
      project.code,
      left.map(entry => ({ ...entry, begun: true })),
    );
    await lock.release();
  } catch {
    await lock.abandon();
  }
}
