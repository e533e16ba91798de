import type { StreamContract } from '../contract';
import { ByteReader, ByteWriter } from '../summary/bytes';
import type { WindowSummary } from '../summary/window-summary';
import type { Finding } from './finding';

/** A closed window of history. @public */
export interface ClosedWindow {
  readonly summary: WindowSummary;
  readonly startMs: number;
}

const WARM_UP = 30;

/**
 * What is learned of a data set from its closed windows.
 *
 * @public
 */
export class Baseline {
  private windows = 0;
  private frozenSince = false;

  private constructor(readonly contract: StreamContract) {}

  static empty(contract: StreamContract): Baseline {
    return new Baseline(contract);
  }

  get warm(): boolean {
    return this.windows >= WARM_UP;
  }

  get frozen(): boolean {
    return this.frozenSince;
  }

  freeze(): void {
    this.frozenSince = true;
  }

  thaw(): void {
    this.frozenSince = false;
  }

  learn(windows: Iterable<ClosedWindow>): void {
    for (const { summary, startMs } of windows) this.observe(summary, startMs);
  }

  observe(_summary: WindowSummary, _startMs: number): void {
    if (!this.frozenSince) this.windows++;
  }

  judge(_summary: WindowSummary, _startMs: number): readonly Finding[] {
    return [];
  }

  encode(): Buffer {
    const to = new ByteWriter();
    to.whole(this.windows);
    to.whole(this.frozenSince ? 1 : 0);
    return to.end();
  }

  static decode(contract: StreamContract, buffer: Buffer): Baseline {
    const from = new ByteReader(buffer);
    const baseline = new Baseline(contract);
    baseline.windows = from.whole();
    baseline.frozenSince = from.whole() === 1;
    return baseline;
  }
}
