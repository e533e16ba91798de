import { setImmediate as giveWay } from 'node:timers/promises';

/** How long a turn is, in ms. */
const TURN_MS = 4;

/**
 * Messages are handed over for some milliseconds in a row; then others of the process come to theirs, above all stages that open partitions while this
 * one looks back. In time and not in messages: a program that has just begun needs ten times as long for one.
 */
export class Turn {
  private since = performance.now();

  get isOver(): boolean {
    return performance.now() - this.since > TURN_MS;
  }

  /** Gives way. */
  async next(): Promise<void> {
    await giveWay();
    this.since = performance.now();
  }
}
