import type { StreamContract } from '../contract';

const HOUR_MS = 3_600_000;

/** Which cell of a season an instant lies in (UTC). */
export class Calendar {
  readonly cells: number;
  /** So many of them windows can begin in: those of a day all begin in the same hour. */
  readonly reachable: number;

  constructor({ season, windowSeconds }: Pick<StreamContract, 'season' | 'windowSeconds'>) {
    this.cells = { none: 1, 'hour-of-day': 24, 'hour-of-week': 168 }[season];
    const length = Math.max(windowSeconds * 1000, HOUR_MS);
    // As many windows as there are cells begin in all that any begins in, for they go round.
    const starts = Array.from({ length: this.cells }, (_none, n) => this.cellOf(n * length));
    this.reachable = new Set(starts).size;
  }

  cellOf(startMs: number): number {
    const hour = Math.floor(startMs / HOUR_MS);
    return ((hour % this.cells) + this.cells) % this.cells;
  }
}
