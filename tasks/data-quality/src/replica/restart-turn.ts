import { setTimeout as pause } from 'node:timers/promises';
import type { MemberFacts } from '../stage/assigner';

const LOOK_MS = 500;
/** How long the first waits, in ms: until then all that see the change at once have seen who is there. */
const FIRST_MS = 5_000;
/** How long each of those that are first is waited for, in ms: one that doesn't come back mustn't keep the others as they are. */
const EACH_MS = 60_000;
/** How long one that has joined takes until its partitions go on, in ms. */
const SETTLE_MS = 3_000;
/** How long one that isn't in the group is still taken to be coming back, in ms. */
const REMEMBERED_MS = 300_000;

/** What all replicas are about to read. */
export interface Change {
  readonly topics: readonly string[];
  /** Read until now, and no longer. */
  readonly left: readonly string[];
}

/**
 * When it is a replica's turn to start again, for other topics than before: one after the other, by their names, each when those
 * before it read what is to be read from now on. All at once, nobody would check anything for as long as they take. They may see the change a
 * minute apart, so that who is away just then is known by having been there.
 */
export class RestartTurn {
  /** When each replica was in the group last, in ms since 1970. */
  private readonly seen = new Map<string, number>();

  /**
   * @param name - this replica's.
   * @param members - of the group that reads; nobody while it is dealt anew.
   */
  constructor(
    private readonly name: string,
    private readonly members: () => Promise<readonly MemberFacts[]>,
  ) {}

  /** Takes note of who is there. */
  async look(): Promise<readonly MemberFacts[]> {
    const members = await this.members();
    const now = Date.now();
    for (const { name } of members) this.seen.set(name, now);
    for (const [name, at] of this.seen) if (now - at > REMEMBERED_MS) this.seen.delete(name);
    return members;
  }

  /**
   * Waits until it is this one's turn.
   *
   * @param signal - ends the wait at once.
   * @throws what asking for the members throws.
   */
  async come({ topics, left }: Change, signal: AbortSignal): Promise<void> {
    const isDone = ({ topics: reads }: MemberFacts) =>
      topics.every(topic => reads.includes(topic)) && !left.some(topic => reads.includes(topic));
    await this.look();
    await pauseFor(FIRST_MS, signal);
    for (let waited = 0; !signal.aborted; waited += LOOK_MS) {
      const members = await this.look();
      const first = [...this.seen.keys()].filter(other => other < this.name);
      const done = new Set(members.filter(isDone).map(({ name }) => name));
      if (first.every(each => done.has(each))) {
        if (first.length > 0) await pauseFor(SETTLE_MS, signal);
        return;
      }
      if (waited >= first.length * EACH_MS) return;
      await pauseFor(LOOK_MS, signal);
    }
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal }).catch(() => {});
}
