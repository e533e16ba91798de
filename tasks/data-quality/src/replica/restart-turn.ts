import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { memberFacts, type MemberFacts } from '../stage/assigner';

const LOOK_MS = 500;
/** How long each of those that are first is waited for, in ms: one that doesn't come back mustn't keep the others as they are. */
const EACH_MS = 60_000;
/** How long one that has joined takes until its partitions go on, in ms. */
const SETTLE_MS = 3_000;
/** How long the group may not say who is in it, as while it is dealt anew, in ms. */
const SILENT_MS = 10_000;

/** What all replicas are about to read. */
export interface Turn {
  /** The consumer group that reads it. */
  readonly group: string;
  /** This replica's. */
  readonly name: string;
  readonly topics: readonly string[];
  /** Read until now, and no longer. */
  readonly left: readonly string[];
}

/**
 * Waits until it is this replica's turn to start again, for other topics than before: one after the other, by their names, each when those
 * before it read what is to be read from now on. All at once, nobody would check anything for as long as they take.
 *
 * @param signal - ends the wait at once.
 * @throws what asking the brokers throws.
 */
export async function untilTurn(admin: Admin, turn: Turn, signal: AbortSignal): Promise<void> {
  const { name, topics, left } = turn;
  const members = await pollFor(
    SILENT_MS,
    signal,
    async () => membersOf(admin, turn),
    known => known.some(member => member.name === name),
  );
  const first = members.map(member => member.name).filter(other => other < name);
  const isDone = ({ topics: reads }: MemberFacts) =>
    topics.every(topic => reads.includes(topic)) && !left.some(topic => reads.includes(topic));
  await pollFor(
    first.length * EACH_MS,
    signal,
    async () => membersOf(admin, turn),
    known => first.every(each => known.some(member => member.name === each && isDone(member))),
  );
  if (first.length > 0) await pauseFor(SETTLE_MS, signal);
}

async function membersOf(admin: Admin, { group }: Turn): Promise<readonly MemberFacts[]> {
  const { groups } = await admin.describeGroups([group]);
  return (groups[0]?.members ?? []).flatMap(member => memberFacts(member) ?? []);
}

/** The first answer that will do, or the last one in time. */
async function pollFor<T>(
  mostMs: number,
  signal: AbortSignal,
  ask: () => Promise<T>,
  will: (answer: T) => boolean,
): Promise<T> {
  for (const end = Date.now() + mostMs; ;) {
    const answer = await ask();
    if (will(answer) || Date.now() >= end || signal.aborted) return answer;
    await pauseFor(LOOK_MS, signal);
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal }).catch(() => {});
}
