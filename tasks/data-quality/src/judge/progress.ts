import type { DeltaRecord } from '../check/delta';
import { keyOf } from '../stage/slot';

/** A partition that comes no further isn't waited for any longer than this, in ms. */
const LONGEST_WAIT_MS = 30_000;

/** What is kept of it between processes. */
export interface ProgressState {
  /** Until when each partition is counted, in ms since 1970. */
  readonly complete: Readonly<Record<string, number>>;
  readonly stopped?: readonly string[];
}

/** How far the partitions of a data set's topic are counted. */
export class Progress {
  private readonly complete: Map<string, number>;
  private readonly stoppedPlaces: Set<string>;
  /** When each partition was last heard to have come further, in ms since 1970. */
  private readonly heard = new Map<string, number>();
  /** When it was first asked, in ms since 1970. */
  private since: number | undefined;
  private partitions = Number.POSITIVE_INFINITY;

  /** @param topic - of what the contract has left, what is still counted is no measure of what has come. */
  constructor(
    private readonly topic: string,
    { complete = {}, stopped = [] }: Partial<ProgressState> = {},
  ) {
    const ours = (place: string) => place.slice(0, place.lastIndexOf('/')) === topic;
    this.complete = new Map(Object.entries(complete).filter(([place]) => ours(place)));
    this.stoppedPlaces = new Set(stopped.filter(ours));
  }

  /** The partitions that a breaker has stopped. */
  get stopped(): readonly string[] {
    return [...this.stoppedPlaces];
  }

  get state(): ProgressState {
    const { complete, stopped } = this;
    return {
      complete: Object.fromEntries(complete),
      ...(stopped.length > 0 ? { stopped } : {}),
    };
  }

  /** Takes in what a partition tells. True where it has stopped, or goes on. */
  add(
    { topic, partition, partitions, completeUntil }: Omit<DeltaRecord, 'datasets'>,
    stopped: boolean,
    now: number,
  ): boolean {
    if (topic !== this.topic) return false;
    const place = keyOf(topic, partition);
    this.partitions = partitions;
    const before = this.complete.get(place) ?? 0;
    if (completeUntil > before) this.heard.set(place, now);
    this.complete.set(place, Math.max(completeUntil, before));
    if (stopped === this.stoppedPlaces.has(place)) return false;
    if (stopped) this.stoppedPlaces.add(place);
    else this.stoppedPlaces.delete(place);
    return true;
  }

  /** Until when one partition is counted, in ms since 1970; undefined where it hasn't been heard of. */
  until(topic: string, partition: number): number | undefined {
    return this.complete.get(keyOf(topic, partition));
  }

  /** Until when all partitions are counted, in ms since 1970; undefined while one hasn't been heard of. */
  get allUntil(): number | undefined {
    if (this.complete.size < this.partitions) return undefined;
    return Math.min(...this.complete.values());
  }

  /**
   * Until when windows can be closed: as far as all partitions are counted that come on. One that lags is waited for, however far
   * behind it is; not one that stands still.
   */
  countedUntil(now: number): number {
    this.since ??= now;
    const { since, complete } = this;
    const standsStill = (place: string) =>
      now - (this.heard.get(place) ?? since) >= LONGEST_WAIT_MS;
    const missing = complete.size < this.partitions && now - since < LONGEST_WAIT_MS;
    if (missing || complete.size === 0) return Number.NEGATIVE_INFINITY;
    const coming = [...complete.keys()].filter(place => !standsStill(place));
    // Where none comes on, nothing is known that wasn't.
    const counting = coming.length > 0 ? coming : [...complete.keys()];
    return Math.min(...counting.map(place => complete.get(place)!));
  }
}
