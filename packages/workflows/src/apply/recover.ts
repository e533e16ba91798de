import { readMarker } from '../marker';
import type { Client } from '../plan/plan-types';
import type { JournalEntry } from './journal';

/**
 * Puts back what an apply has begun and not finished: release states of workflows and of their schedules.
 * Doing it twice does no harm. A workflow that was deleted since is left alone.
 */
export async function recover(
  client: Client,
  projectCode: number,
  entries: readonly JournalEntry[],
): Promise<void> {
  for (const entry of entries) {
    if (entry.begun) await putBack(client, projectCode, entry);
  }
}

async function putBack(
  client: Client,
  projectCode: number,
  { id, name, code, releaseState, schedule }: JournalEntry,
): Promise<void> {
  const live =
    code === 0
      ? await client.workflows.findByName(projectCode, name)
      : await client.workflows.get(projectCode, code);
  if (!live || releaseState === 'OFFLINE') return;
  // One of this name that a person has made since isn't the one that was to be created.
  if (code === 0 && readMarker(live.description)?.id !== id) return;
  if (live.releaseState === 'OFFLINE') {
    await client.workflows.release(projectCode, live.code, 'ONLINE');
  }
  if (schedule !== 'ONLINE') return;
  const [first] = await client.schedules.list(projectCode, live.code);
  if (first?.releaseState === 'OFFLINE') {
    await client.schedules.release(projectCode, first.id, 'ONLINE');
  }
}
