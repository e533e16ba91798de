import type { ByteReader, ByteWriter } from '../summary/bytes';
import { betweenVariance } from './between';
import { either, lesser, Level, type Sample } from './level';
import { rateTail } from './tails';

const MEMORY = 256;
/** With so many expected, windows also differ in ways that a beta-binomial doesn't know: the level is asked. */
const MANY = 10;
/** With fewer expected the windows before aren't looked at together with this one. */
const FEW = 2.5;
const CLIPPED = 3;

/** What a window's share comes to. */
export interface RateVerdict {
  /** Two-sided. */
  readonly pValue: number;
  /** The share that good data would have. */
  readonly expected: number;
}

/**
 * The share of rows that something happens to, such as being null. Where few are expected, the exact tail of a
 * beta-binomial judges, whose spread is what windows differed by beyond sampling (by Paule and Mandel) and what isn't known
 * of the share itself; a share never seen before has Jeffreys's prior. Where many are expected the level of its arcsine,
 * whose sampling variance doesn't depend on the share (Anscombe 1948), has to find it as unlikely.
 */
export class Rate {
  private readonly counts = new Float32Array(MEMORY);
  private readonly trials = new Float32Array(MEMORY);
  private held = 0;
  private next = 0;
  private known: { share: number; spread: number; unsure: number } | undefined;

  constructor(private readonly level: Level) {}

  get count(): number {
    return this.held;
  }

  judge(count: number, trials: number, cell: number): RateVerdict {
    const { share, spread, unsure } = this.measured();
    const upper = rateTail(count, trials, share, spread + unsure, true);
    const lower = rateTail(count, trials, share, spread + unsure, false);
    const many = Math.min(share, 1 - share) * trials;
    if (many < FEW) return { pValue: either(lesser(upper, lower), 1), expected: share };
    const predicted = this.level.predict(arcsineOf(count, trials, cell));
    const alone =
      many < MANY
        ? lesser(upper, lower)
        : lesser(Math.max(upper, predicted.upper), Math.max(lower, predicted.lower));
    return {
      pValue: either(alone, lesser(predicted.lasting.upper, predicted.lasting.lower)),
      expected: Math.sin(Math.min(Math.PI, Math.max(0, predicted.expected)) / 2) ** 2,
    };
  }

  learn(count: number, trials: number, cell: number, clipped = false): void {
    const { share, spread } = this.measured();
    const far = CLIPPED * Math.sqrt(share * (1 - share) * (spread + 1 / trials)) * trials;
    const counted = clipped
      ? Math.round(Math.min(trials * share + far, Math.max(trials * share - far, count)))
      : count;
    this.level.learn(arcsineOf(count, trials, cell), clipped);
    this.counts[this.next] = counted;
    this.trials[this.next] = trials;
    this.next = (this.next + 1) % MEMORY;
    this.held = Math.min(this.held + 1, MEMORY);
    this.known = undefined;
  }

  /** Begins anew with this window. */
  moveTo(count: number, trials: number, cell: number): void {
    this.level.moveTo(arcsineOf(count, trials, cell).value, cell);
    this.held = 0;
    this.next = 0;
    this.known = undefined;
    this.learn(count, trials, cell);
  }

  encode(to: ByteWriter): void {
    this.level.encode(to);
    to.whole(this.held);
    to.whole(this.next);
    for (let at = 0; at < this.held; at++) {
      to.whole(this.counts[at]!);
      to.whole(this.trials[at]!);
    }
  }

  static decode(cells: number, from: ByteReader): Rate {
    const rate = new Rate(Level.decode({ cells }, from));
    rate.held = from.whole();
    rate.next = from.whole();
    for (let at = 0; at < rate.held; at++) {
      rate.counts[at] = from.whole();
      rate.trials[at] = from.whole();
    }
    return rate;
  }

  private measured(): { share: number; spread: number; unsure: number } {
    this.known ??= this.measure();
    return this.known;
  }

  private measure(): { share: number; spread: number; unsure: number } {
    const { held, counts, trials } = this;
    let spread = 0;
    let share = 0.5;
    let rows = 0;
    const errors = new Float32Array(held);
    const variances = new Float32Array(held);
    // The share's weights depend on the spread, and the spread on the share: two rounds settle both.
    for (let round = 0; round < 2; round++) {
      let hits = 0;
      rows = 0;
      for (let at = 0; at < held; at++) {
        const weight = 1 / (1 + (trials[at]! - 1) * spread);
        hits += counts[at]! * weight;
        rows += trials[at]! * weight;
      }
      share = (hits + 0.5) / (rows + 1);
      const deviation = Math.sqrt(share * (1 - share));
      for (let at = 0; at < held; at++) {
        errors[at] = (counts[at]! / trials[at]! - share) / deviation;
        variances[at] = 1 / trials[at]!;
      }
      spread = Math.min(0.99, betweenVariance(errors, variances, held));
    }
    return { share, spread, unsure: 1 / (rows + 2) };
  }
}

function arcsineOf(count: number, trials: number, cell: number): Sample {
  return {
    value: 2 * Math.asin(Math.sqrt((count + 0.375) / (trials + 0.75))),
    variance: 1 / (trials + 0.5),
    cell,
  };
}
