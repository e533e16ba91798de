import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { keyOf } from './slot';

/** How long a replica waits for others at most, in ms. */
const MOST_MS = 10_000;
const LOOK_MS = 200;

/** A group that is joined. */
export interface Joining {
  readonly group: string;
  readonly topics: readonly string[];
}

interface Place {
  readonly committed: number;
  readonly end: number;
}

/**
 * Waits until joining groups disturbs nobody: who joins makes a group deal its partitions anew, and what others have just read
 * again, to take over from a dead one, would be thrown away half done. So it waits until they are through all that was there when it came, also
 * where they haven't noticed yet that one is dead. It doesn't where nobody is.
 *
 * @param groups - one after the other: where one tells the next, what was delayed has so been told to the last.
 * @param mostMs - how long it waits at most, in ms.
 */
export async function untilCalm(
  admin: Admin,
  groups: readonly Joining[],
  mostMs = MOST_MS,
): Promise<void> {
  const end = Date.now() + mostMs;
  try {
    for (const group of groups) await untilThrough(admin, group, end);
  } catch {
    // Joining says better what is wrong with the brokers.
  }
}

async function untilThrough(admin: Admin, joining: Joining, end: number): Promise<void> {
  const first = await behind(admin, joining);
  const isThrough = ([place, { committed }]: [string, Place]) =>
    committed >= (first.get(place)?.end ?? 0);
  let now = first;
  while (![...now].every(isThrough) && Date.now() < end) {
    if (await isEmpty(admin, joining)) return;
    await pause(LOOK_MS);
    now = await behind(admin, joining);
  }
}

async function isEmpty(admin: Admin, { group }: Joining): Promise<boolean> {
  const {
    groups: [known],
  } = await admin.describeGroups([group]);
  return known === undefined || known.members.length === 0;
}

/** The partitions that aren't read to their ends. */
async function behind(admin: Admin, { group, topics }: Joining): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for (const { topic, partitions } of await admin.fetchOffsets({
    groupId: group,
    topics: [...topics],
  })) {
    const ranges = new Map(
      (await admin.fetchTopicOffsets(topic)).map(range => [range.partition, range]),
    );
    for (const { partition, offset } of partitions) {
      const { low = 0, high = 0 } = ranges.get(partition) ?? {};
      const [committed, end] = [Number(offset), Number(high)];
      // Of one that was never read -1 is told, also where there is nothing to read.
      if (Math.max(Number(low), committed) < end)
        places.set(keyOf(topic, partition), { committed, end });
    }
  }
  return places;
}
