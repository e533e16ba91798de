import type { ByteReader, ByteWriter } from '../summary/bytes';
import { betweenVariance } from './between';
import { either, Level } from './level';

const MEMORY = 256;
/** Pearson's statistic needs so many expected in each bin; rarer ones are joined. */
const LEAST_EXPECTED = 5;
/** A window that stood out counts as three deviations of a normal variable. */
const CLIPPED = 3;

/** How far a window's shares are from the reference's. */
export interface Drift {
  /** Pearson's statistic per degree of freedom: 1 on average when only sampling makes them differ. */
  readonly ratio: number;
  readonly degrees: number;
  /** Rows, as if the reference were known exactly. */
  readonly rows: number;
  /** The population stability index: sum of (p - q) ln(p / q). */
  readonly psi: number;
}

/**
 * Compares counts by bin with a reference's shares.
 *
 * @param unsure - the reference's own variance, in units of one row's: 1 / its rows.
 * @returns undefined when fewer than two bins can be told apart.
 */
export function driftOf(
  counts: readonly number[],
  shares: readonly number[],
  unsure: number,
): Drift | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const bins: { count: number; share: number }[] = [];
  const rest = { count: 0, share: 0 };
  shares.forEach((share, at) => {
    const into = share * total >= LEAST_EXPECTED ? { count: 0, share: 0 } : rest;
    into.count += counts[at]!;
    into.share += share;
    if (into !== rest) bins.push(into);
  });
  if (rest.share * total >= LEAST_EXPECTED) bins.push(rest);
  else if (bins.length > 0) {
    const least = bins.reduce((one, other) => (other.share < one.share ? other : one));
    least.count += rest.count;
    least.share += rest.share;
  }
  if (bins.length < 2) return undefined;
  const rows = 1 / (1 / total + unsure);
  let pearson = 0;
  let psi = 0;
  for (const { count, share } of bins) {
    const seen = count / total;
    pearson += ((seen - share) ** 2 / share) * rows;
    const smoothed = (count + 0.5) / (total + 0.5 * bins.length);
    psi += (smoothed - share) * Math.log(smoothed / share);
  }
  const degrees = bins.length - 1;
  return { ratio: pearson / degrees, degrees, rows, psi };
}

/** How unlikely a drift is. */
export interface DriftVerdict {
  readonly pValue: number;
  readonly off: number;
  /** The index that good windows of this size have on average. */
  readonly expectedPsi: number;
}

/**
 * Judges drifts from a reference by those that windows of good data had. Pearson's statistic of a window with n rows is
 * taken as (1 + n × between) times a chi-square variable, with the variance `between` windows (relative to a share's own)
 * by Paule and Mandel: a window of more rows may lie further out, in numbers of its sampling error. Its cube root is nearly
 * normal (Wilson and Hilferty 1931); what it still differs from normal is learned like any other level.
 */
export class ShareDrift {
  private readonly level: Level;
  private readonly distances = new Float32Array(MEMORY);
  private readonly variances = new Float32Array(MEMORY);
  private held = 0;
  private next = 0;
  private known: number | undefined;

  constructor(level = new Level({ cells: 1 })) {
    this.level = level;
  }

  get count(): number {
    return this.held;
  }

  judge(drift: Drift): DriftVerdict {
    const { upper, off, lasting } = this.level.predict(this.sampleOf(drift));
    return {
      pValue: either(upper, lasting.upper),
      off,
      expectedPsi: drift.degrees * (1 / drift.rows + this.between()),
    };
  }

  learn(drift: Drift, clipped = false): void {
    const sample = this.sampleOf(drift);
    this.level.learn(sample, clipped);
    const scale = 1 + drift.rows * this.between();
    const most = clipped
      ? (1 + CLIPPED * Math.sqrt(2 / (9 * drift.degrees))) ** 3 * scale
      : Infinity;
    this.distances[this.next] = Math.sqrt(Math.min(drift.ratio, most) / drift.rows);
    this.variances[this.next] = 1 / drift.rows;
    this.next = (this.next + 1) % MEMORY;
    this.held = Math.min(this.held + 1, MEMORY);
    this.known = undefined;
  }

  encode(to: ByteWriter): void {
    this.level.encode(to);
    to.whole(this.held);
    to.whole(this.next);
    for (let at = 0; at < this.held; at++) {
      to.float(this.distances[at]!);
      to.float(this.variances[at]!);
    }
  }

  static decode(from: ByteReader): ShareDrift {
    const drift = new ShareDrift(Level.decode({ cells: 1 }, from));
    drift.held = from.whole();
    drift.next = from.whole();
    for (let at = 0; at < drift.held; at++) {
      drift.distances[at] = from.float();
      drift.variances[at] = from.float();
    }
    return drift;
  }

  private between(): number {
    this.known ??= betweenVariance(this.distances, this.variances, this.held);
    return this.known;
  }

  private sampleOf({ ratio, degrees, rows }: Drift): {
    value: number;
    variance: number;
    cell: number;
  } {
    const part = 2 / (9 * degrees);
    const root = Math.cbrt(ratio / (1 + rows * this.between()));
    return { value: (root - (1 - part)) / Math.sqrt(part), variance: 1, cell: 0 };
  }
}
