import type { StreamContract } from '../contract';

const HOUR_MS = 3_600_000;

/** Which cell of a season an instant lies in (UTC). */
export class Calendar {
  readonly cells: number;

  constructor(season: StreamContract['season']) {
    this.cells = { none: 1, 'hour-of-day': 24, 'hour-of-week': 168 }[season];
  }

  cellOf(startMs: number): number {
    const hour = Math.floor(startMs / HOUR_MS);
    return ((hour % this.cells) + this.cells) % this.cells;
  }
}
