import type { KeyRange } from '../ledger';

/** Enough for the gaps of transactions in flight; more are rolled back inserts. */
const MOST_RANGES = 1000;

/**
 * Finds the keys that a sequence leaves out. A database hands out its sequence numbers when rows are inserted, not when
 * they are committed: a row with a number below the cursor may appear after the cursor has passed it. So the numbers
 * missing near the end are written down, and asked for again the next time.
 */
export class LateKeys {
  private ranges: KeyRange[] = [];
  private previous: number | undefined;

  /** @param first - the first key that is expected; unknown at the beginning of a table. */
  constructor(first?: number) {
    this.expect(first);
  }

  /** Goes on at another place. */
  expect(first: number | undefined): void {
    this.previous = first === undefined ? undefined : first - 1;
  }

  /** Takes the next key, in ascending order. */
  seen(key: number): void {
    if (this.previous !== undefined && key > this.previous + 1) {
      this.ranges.push([this.previous + 1, key - 1]);
      if (this.ranges.length > 2 * MOST_RANGES) this.ranges = this.ranges.slice(-MOST_RANGES);
    }
    this.previous = key;
  }

  /** The missing keys that lie no more than `window` below `last`. */
  within(window: number, last: number): KeyRange[] {
    return this.ranges
      .filter(([, to]) => to > last - window)
      .map(([from, to]): KeyRange => [Math.max(from, last - window + 1), to])
      .slice(-MOST_RANGES);
  }
}
