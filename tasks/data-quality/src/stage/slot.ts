import type { StagePartition } from './partition';

const REOPEN_MS = { first: 100, most: 3_000 };

/** A partition of the group that is this replica's, open or on the way, or was until just now. */
export class Slot {
  open: StagePartition | undefined;
  gone = false;
  /** Ends it, unless it comes back before: it is another replica's now. */
  parked: NodeJS.Timeout | undefined;
  /** What it can't go on without, while that is missing. */
  waits: string | undefined;
  /** How often it has waited. */
  attempt = 0;
  private delayMs = REOPEN_MS.first;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get mine(): boolean {
    return !this.gone && !this.parked;
  }

  get key(): string {
    return keyOf(this.topic, this.partition);
  }

  /** What isn't ready; undefined where nothing is, or it isn't this replica's. */
  get waitsFor(): string | undefined {
    if (!this.mine) return undefined;
    return this.waits ?? (this.open ? this.open.waitsFor : 'opening');
  }

  opened(open: StagePartition): void {
    this.open = open;
    this.waits = undefined;
    this.delayMs = REOPEN_MS.first;
  }

  /** How long to wait until it is opened again, in ms: longer each time. */
  takeDelay(): number {
    const delay = this.delayMs;
    this.delayMs = Math.min(REOPEN_MS.most, delay * 2);
    return delay;
  }
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
