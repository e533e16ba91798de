import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { memberName } from './assigner';

/** How long a replica waits for others at most, in ms. */
const MOST_MS = 10_000;
const LOOK_MS = 200;

/** Who joins which group. */
export interface Joining {
  readonly group: string;
  /** The replica's name. */
  readonly replica: string;
  readonly topics: readonly string[];
  /** How long it waits at most, in ms; 10,000 unless told. */
  readonly mostMs?: number;
}

/**
 * Waits until joining a group disturbs nobody: who joins makes the group deal its partitions anew, and what others have just read
 * again, to take over from a dead one, would be thrown away half done. So it waits until each of the partitions that lag has moved.
 * It doesn't where the group is dealt anew in any case: when it is doing so now, or has this replica's dead predecessor in it still.
 */
export async function untilCalm(admin: Admin, joining: Joining): Promise<void> {
  const end = Date.now() + (joining.mostMs ?? MOST_MS);
  try {
    const first = await behind(admin, joining);
    while (first.size > 0 && Date.now() < end) {
      if (await isDealtAnew(admin, joining)) return;
      await pause(LOOK_MS);
      const now = await behind(admin, joining);
      if ([...now].every(([place, offset]) => offset > (first.get(place) ?? -1))) return;
    }
  } catch {
    // Joining says better what is wrong with the brokers.
  }
}

async function isDealtAnew(admin: Admin, { group, replica }: Joining): Promise<boolean> {
  const {
    groups: [known],
  } = await admin.describeGroups([group]);
  if (known?.state === 'CompletingRebalance') return false;
  return known?.state !== 'Stable' || known.members.some(one => memberName(one) === replica);
}

/** The partitions that aren't read to their ends, and how far they are. */
async function behind(admin: Admin, { group, topics }: Joining): Promise<Map<string, number>> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  const places = new Map<string, number>();
  for (const { topic, partitions } of committed) {
    const ranges = new Map(
      (await admin.fetchTopicOffsets(topic)).map(range => [range.partition, range]),
    );
    for (const { partition, offset } of partitions) {
      const { low = 0, high = 0 } = ranges.get(partition) ?? {};
      // Of one that was never read -1 is told, also where there is nothing to read.
      if (Math.max(Number(low), Number(offset)) < Number(high)) {
        places.set(`${topic}/${partition}`, Number(offset));
      }
    }
  }
  return places;
}
