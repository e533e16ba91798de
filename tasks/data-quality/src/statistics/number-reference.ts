import type { ByteReader, ByteWriter } from '../summary/bytes';
import type { FieldSummary } from '../summary/field-summary';
import type { Histogram } from '../summary/quantile-sketch';

/** A window's weight in the reference, once it has seen many. */
const SLOWEST = 1 / 200;
/** Bins that hold less are forgotten. */
const NEGLIGIBLE = 1e-6;
const BINS = 10;
/** Values beyond these quantiles count as if they lay on them, so that heavy tails don't drown the level. */
const TAIL = 0.02;
/** A bin of the sketch is 1 % wide; spreads that are less than some of them are taken from the exact moments. */
const BIN_WIDTH = 0.01;
const NARROW = 0.3;

/** A distribution's centre and spread, without its tails. */
export interface Shape {
  readonly mean: number;
  readonly variance: number;
  readonly kurtosis: number;
}

/**
 * The distribution that windows of good data had: each window weighs the same, later ones more than earlier ones.
 */
export class NumberReference {
  count = 0;
  /** Its own variance in units of one row's. */
  unsure = 1;
  private values = new Float64Array(0);
  private weights = new Float64Array(0);
  private exactMean = 0;
  private exactVariance = 0;
  private derived: Derived | undefined;

  add(summary: FieldSummary): void {
    const histogram = summary.sketch.histogram();
    if (histogram.total === 0) return;
    const gain = Math.max(1 / ++this.count, SLOWEST);
    const { mean, count, squares } = summary.moments;
    const apart = mean - this.exactMean;
    this.exactMean += gain * apart;
    this.exactVariance =
      (1 - gain) * (this.exactVariance + gain * apart * apart) + gain * (squares / count);
    this.unsure = (1 - gain) ** 2 * this.unsure + gain ** 2 / histogram.total;
    this.mix(histogram, gain);
    this.derived = undefined;
  }

  get median(): number {
    return this.known().median;
  }

  /** The distance between the quartiles, or what is nearest to it in a distribution that has none; never 0. */
  get scale(): number {
    return this.known().scale;
  }

  /** The standard deviation of one row, without the tails. */
  get deviation(): number {
    const { narrow, shape } = this.known();
    return Math.sqrt(narrow ? this.exactVariance : shape.variance);
  }

  get mean(): number {
    const { narrow, shape } = this.known();
    return narrow ? this.exactMean : shape.mean;
  }

  get shape(): Shape {
    const { narrow, shape } = this.known();
    return narrow ? { mean: this.exactMean, variance: this.exactVariance, kurtosis: 3 } : shape;
  }

  /** The same of a window, with the reference's tails cut off. */
  shapeOf(summary: FieldSummary): Shape {
    const { narrow, low, high } = this.known();
    const { mean, variance } = summary.moments;
    return narrow
      ? { mean, variance, kurtosis: 3 }
      : shapeOf(summary.sketch.histogram(), low, high);
  }

  /** The reference's shares by bin, about a tenth each. */
  get shares(): readonly number[] {
    return this.known().shares;
  }

  /**
   * A window's counts in the reference's bins.
   *
   * @param shift - how much further up than the reference it is expected to lie.
   */
  countsOf(histogram: Histogram, shift: number): number[] {
    const { edges, shares } = this.known();
    const counts = new Array<number>(shares.length).fill(0);
    let bin = 0;
    histogram.values.forEach((value, at) => {
      while (bin < edges.length && value - shift > edges[bin]!) bin++;
      counts[bin]! += histogram.weights[at]!;
    });
    return counts;
  }

  encode(to: ByteWriter): void {
    to.whole(this.count);
    to.double(this.unsure);
    to.double(this.exactMean);
    to.double(this.exactVariance);
    to.whole(this.values.length);
    this.values.forEach((value, at) => {
      to.double(value);
      to.float(this.weights[at]!);
    });
  }

  static decode(from: ByteReader): NumberReference {
    const reference = new NumberReference();
    reference.count = from.whole();
    reference.unsure = from.double();
    reference.exactMean = from.double();
    reference.exactVariance = from.double();
    const bins = from.whole();
    reference.values = new Float64Array(bins);
    reference.weights = new Float64Array(bins);
    for (let at = 0; at < bins; at++) {
      reference.values[at] = from.double();
      reference.weights[at] = from.float();
    }
    return reference;
  }

  /** Merges two ascending lists of bins. */
  private mix(histogram: Histogram, gain: number): void {
    const values: number[] = [];
    const weights: number[] = [];
    const before = this.values;
    const { values: after, total } = histogram;
    let one = 0;
    let other = 0;
    while (one < before.length || other < after.length) {
      const left = one < before.length ? before[one]! : Infinity;
      const right = other < after.length ? after[other]! : Infinity;
      const value = Math.min(left, right);
      let weight = 0;
      // Rounded as they are kept, so that a decoded reference goes on the same.
      if (left === value) weight += (1 - gain) * this.weights[one++]!;
      if (right === value) weight += (gain * histogram.weights[other++]!) / total;
      if (weight < NEGLIGIBLE) continue;
      values.push(value);
      weights.push(Math.fround(weight));
    }
    this.values = Float64Array.from(values);
    this.weights = Float64Array.from(weights);
  }

  private known(): Derived {
    this.derived ??= derive(this.values, this.weights, this.exactVariance);
    return this.derived;
  }
}

interface Derived {
  readonly median: number;
  readonly scale: number;
  readonly low: number;
  readonly high: number;
  readonly narrow: boolean;
  readonly shape: Shape;
  readonly edges: readonly number[];
  readonly shares: readonly number[];
}

function derive(values: Float64Array, weights: Float64Array, exactVariance: number): Derived {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const quantile = (share: number): number => {
    let sum = 0;
    for (let at = 0; at < values.length; at++) {
      sum += weights[at]!;
      if (sum >= share * total) return values[at]!;
    }
    return values[values.length - 1] ?? 0;
  };
  const median = quantile(0.5);
  const low = quantile(TAIL);
  const high = quantile(1 - TAIL);
  const deviation = Math.sqrt(exactVariance);
  const scale = quantile(0.75) - quantile(0.25) || deviation || BIN_WIDTH * Math.abs(median) || 1;
  const edges: number[] = [];
  const shares: number[] = [];
  let share = 0;
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    share += weights[at]! / total;
    sum += weights[at]! / total;
    // A bin ends between two values, so that a value never lies on an edge.
    if (at === values.length - 1 || sum >= (Math.floor((sum - share) * BINS + 1e-9) + 1) / BINS) {
      shares.push(share);
      if (at < values.length - 1) edges.push((values[at]! + values[at + 1]!) / 2);
      share = 0;
    }
  }
  return {
    median,
    scale,
    low,
    high,
    narrow: BIN_WIDTH * Math.abs(median) > NARROW * deviation,
    shape: shapeOf({ values, weights, total }, low, high, true),
    edges,
    shares,
  };
}

function shapeOf(
  { values, weights, total }: Histogram,
  low: number,
  high: number,
  whole = false,
): Shape {
  let mean = 0;
  for (let at = 0; at < values.length; at++) {
    mean += Math.min(high, Math.max(low, values[at]!)) * weights[at]!;
  }
  mean /= total;
  let second = 0;
  let fourth = 0;
  for (let at = 0; at < values.length; at++) {
    const square = (Math.min(high, Math.max(low, values[at]!)) - mean) ** 2;
    second += square * weights[at]!;
    fourth += square * square * weights[at]!;
  }
  const variance = second / (whole ? total : Math.max(1, total - 1));
  return {
    mean,
    variance,
    kurtosis: second > 0 ? (fourth * total) / (second * second) : 3,
  };
}
