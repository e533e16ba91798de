import type { ByteReader, ByteWriter } from '../summary/bytes';
import { betweenVariance } from './between';
import { gumbelTail, studentTail } from './tails';

/** So many windows' errors say how far windows are apart. */
const MEMORY = 256;
/** A level that hardly moves, one that follows a drift and one that follows each window. */
const GAINS = [1 / 200, 0.1, 0.4] as const;
/** Errors of the first windows say more of the unknown level than of the windows. */
const UNSETTLED = 3;
/** So many windows teach the level before any teaches the season: of hourly ones a day. */
const UNSEASONED = 24;
/** A season's cell weighs as much as the whole after one window. */
const SHRINKAGE = 1;
const SLOWEST_CELL = 0.05;
/** The slope on the covariate lies between 0 and 1; what is believed of it before any data. */
const SLOPE = 0.5;
const SLOPE_VARIANCE = 0.25;
/** A window that stood out is learned as no farther off than so many standard deviations. */
const CLIPPED = 3;
/** A level that moved is learned again as if after so many windows. */
const RESTARTED = 3;
/** So many further errors of the usual size are assumed before one side is said to be wider, or the tails heavier. */
const PRIOR = 20;
/** Until errors have shown their tails, they are taken as a Student's with ten degrees of freedom. */
const PRIOR_EXCESS = 1;

/** A fault too small for one window shows in the sum of so many. */
const LASTING = 4;

/** One window's value of a statistic. */
export interface Sample {
  readonly value: number;
  /** Its sampling variance. */
  readonly variance: number;
  readonly cell: number;
  /** Something known that it goes along with, such as the logarithm of the rows. */
  readonly covariate?: number;
}

/** What a window's value was expected to be. */
export interface Prediction {
  readonly expected: number;
  /** The standard deviation of windows around it: sampling error, differences between windows, ignorance. */
  readonly deviation: number;
  /** The variance between windows beyond sampling error. */
  readonly between: number;
  /** How many deviations the value is off. */
  readonly off: number;
  readonly upper: number;
  readonly lower: number;
  /** The same of this and the three windows before it together. */
  readonly lasting: { readonly upper: number; readonly lower: number };
}

/** The part of a check's p-value that a window has by itself; the rest goes to it and those before it together. */
const ALONE = 0.8;

/** One p-value of two tails: twice the lesser (Bonferroni). */
export function lesser(one: number, other: number): number {
  return Math.min(1, 2 * Math.min(one, other));
}

/** One p-value of a window by itself and of it and those before it together (Bonferroni, weighted). */
export function either(alone: number, lasting: number): number {
  return Math.min(1, alone / ALONE, lasting / (1 - ALONE));
}

/** The two-sided p-value of a window, by itself or with those before it. */
export function twoSided({ upper, lower, lasting }: Prediction): number {
  return either(lesser(upper, lower), lesser(lasting.upper, lasting.lower));
}

/** How a level's errors are distributed. */
export interface LevelOptions {
  /** Cells of its season; 1: none. */
  readonly cells: number;
  /** `gumbel` for the greatest of many values, whose upper tail is longer than a Student's. */
  readonly tail?: 'student' | 'gumbel';
}

/**
 * The level of a statistic over windows, as a random-effects model: value = level + season + slope × covariate +
 * difference between windows + sampling error. A window is judged by what was known before it. How far windows lie from
 * what was predicted is measured, not assumed: of three levels that follow the data at different speeds that one predicts
 * which would have been best so far, and the variance between windows, the skew and the tails are those of its own
 * errors. So slow drift and correlated windows raise no alarms, and steady ones are judged sharply.
 */
export class Level {
  /** Windows learned. */
  count = 0;
  private readonly levels = new Float64Array(GAINS.length);
  private held = 0;
  private next = 0;
  private readonly errors = GAINS.map(() => new Float32Array(MEMORY));
  private readonly variances = new Float32Array(MEMORY);
  private readonly offsets: Float64Array;
  private readonly seen: Float64Array;
  private meanCovariate = 0;
  private squaresCovariate = 0;
  private products = 0;
  private spread: Spread | undefined;

  constructor(private readonly options: LevelOptions) {
    this.offsets = new Float64Array(options.cells);
    this.seen = new Float64Array(options.cells);
  }

  predict(sample: Sample): Prediction {
    const spread = this.measured();
    const { slope, variance: slopeVariance } = this.slope(spread.between);
    const apart = (sample.covariate ?? this.meanCovariate) - this.meanCovariate;
    const expected = this.levels[spread.gain]! + this.offsets[sample.cell]! + slope * apart;
    const variance =
      sample.variance + this.cellVariance(sample.cell) + apart * apart * slopeVariance;
    const deviation = Math.sqrt(
      Math.max((variance + spread.between) * (1 + 1 / Math.max(1, this.count)), 1e-30),
    );
    const off = (sample.value - expected) / deviation;
    const steady = expected + this.levels[0]! - this.levels[spread.gain]!;
    const slow = standardised(sample.value - steady, variance, spread.lasting.between);
    const together =
      (spread.lasting.recent + slow) /
      Math.sqrt(LASTING * spread.lasting.square * (1 + LASTING / Math.max(1, this.count)));
    return {
      expected,
      deviation,
      between: spread.between,
      off,
      upper: this.tail(off / spread.above, spread.degrees),
      lower: this.tail(-off / spread.below, spread.degrees),
      lasting: {
        upper: studentTail(together, spread.lasting.degrees),
        lower: studentTail(-together, spread.lasting.degrees),
      },
    };
  }

  /** @param clipped - the window stood out: it counts as if it had been less far off. */
  learn(sample: Sample, clipped = false): void {
    let { value } = sample;
    if (clipped) {
      const { expected, deviation, off } = this.predict(sample);
      value = expected + Math.sign(off) * Math.min(Math.abs(off), CLIPPED) * deviation;
    }
    const spread = this.measured();
    const cellVariance = this.cellVariance(sample.cell);
    const covariate = sample.covariate ?? 0;
    if (this.count === 0) this.meanCovariate = covariate;
    const apart = covariate - this.meanCovariate;
    const { slope, variance: slopeVariance } = this.slope(spread.between);
    const offset = this.offsets[sample.cell]!;
    const rest = value - slope * apart;
    if (this.count >= UNSETTLED) {
      GAINS.forEach((_, at) => {
        this.errors[at]![this.next] = rest - offset - this.levels[at]!;
      });
      this.variances[this.next] = sample.variance + cellVariance + apart * apart * slopeVariance;
      this.next = (this.next + 1) % MEMORY;
      this.held = Math.min(this.held + 1, MEMORY);
      this.spread = undefined;
    }
    const centred = value - offset - this.levels[0]!;
    this.count++;
    const slowest = Math.max(1 / this.count, GAINS[0]);
    this.squaresCovariate = (this.squaresCovariate + apart * apart) * (1 - GAINS[0]);
    this.products = (this.products + apart * centred) * (1 - GAINS[0]);
    this.meanCovariate += slowest * apart;
    // Of the first windows nobody knows what of them is the level or the covariate's, and what their hours'.
    if (this.options.cells > 1 && this.count > UNSEASONED) {
      const seen = ++this.seen[sample.cell]!;
      const gain = Math.max(1 / (seen + SHRINKAGE), SLOWEST_CELL);
      this.offsets[sample.cell]! += gain * (rest - this.levels[0]! - offset);
    }
    GAINS.forEach((gain, at) => {
      this.levels[at]! += Math.max(1 / this.count, gain) * (rest - offset - this.levels[at]!);
    });
  }

  /** Begins anew at the level of a window: how far windows lie apart, and the season, stay known. */
  moveTo(value: number, cell: number): void {
    this.levels.fill(value - this.offsets[cell]!);
    this.count = Math.min(this.count, RESTARTED);
  }

  encode(to: ByteWriter): void {
    to.whole(this.count);
    for (const level of this.levels) to.double(level);
    to.whole(this.held);
    to.whole(this.next);
    for (let at = 0; at < this.held; at++) {
      for (const errors of this.errors) to.float(errors[at]!);
      to.float(this.variances[at]!);
    }
    to.whole(this.options.cells);
    this.offsets.forEach((offset, cell) => {
      to.double(offset);
      to.whole(this.seen[cell]!);
    });
    to.double(this.meanCovariate);
    to.double(this.squaresCovariate);
    to.double(this.products);
  }

  static decode(options: LevelOptions, from: ByteReader): Level {
    const level = new Level(options);
    level.count = from.whole();
    GAINS.forEach((_, at) => {
      level.levels[at] = from.double();
    });
    level.held = from.whole();
    level.next = from.whole();
    for (let at = 0; at < level.held; at++) {
      for (const errors of level.errors) errors[at] = from.float();
      level.variances[at] = from.float();
    }
    const cells = from.whole();
    for (let cell = 0; cell < cells; cell++) {
      const offset = from.double();
      const seen = from.whole();
      // Another season than before begins anew.
      if (cells === options.cells) {
        level.offsets[cell] = offset;
        level.seen[cell] = seen;
      }
    }
    level.meanCovariate = from.double();
    level.squaresCovariate = from.double();
    level.products = from.double();
    return level;
  }

  private tail(off: number, degrees: number): number {
    const student = studentTail(off, degrees);
    return this.options.tail === 'gumbel' ? Math.max(student, gumbelTail(off)) : student;
  }

  private measured(): Spread {
    this.spread ??= spreadOf(this.errors, this.variances, this.held, this.next);
    return this.spread;
  }

  /** How unsure a cell's offset is: of the season that it hasn't shown yet, and of the windows that it was learned by. */
  private cellVariance(cell: number): number {
    const { cells } = this.options;
    if (cells === 1) return 0;
    let squares = 0;
    let known = 0;
    for (let at = 0; at < cells; at++) {
      if (this.seen[at] === 0) continue;
      squares += this.offsets[at]! ** 2;
      known++;
    }
    const seasonal = known === 0 ? 0 : squares / known;
    const seen = Math.min(this.seen[cell]!, 1 / SLOWEST_CELL);
    const missing = SHRINKAGE / (seen + SHRINKAGE);
    const windows = this.measured().between * (seen / (seen + SHRINKAGE) ** 2);
    return seasonal * missing * missing + windows;
  }

  /** The slope's posterior mean and variance, given the windows' own variance. */
  private slope(between: number): { slope: number; variance: number } {
    const windows = Math.max(between, 1e-12);
    const precision = 1 / SLOPE_VARIANCE + this.squaresCovariate / windows;
    const slope = (SLOPE / SLOPE_VARIANCE + this.products / windows) / precision;
    return { slope: Math.min(1, Math.max(0, slope)), variance: 1 / precision };
  }
}

interface Spread {
  readonly gain: number;
  readonly between: number;
  /** How much wider than the whole the errors above and below are, at least 1. */
  readonly above: number;
  readonly below: number;
  readonly degrees: number;
  readonly lasting: Lasting;
}

/** How the sums of four windows' errors of the slowest level are spread. */
interface Lasting {
  readonly between: number;
  /** The sum of the last three standardised errors. */
  readonly recent: number;
  /** The mean square of such sums, in units of what independent windows would have; at least 1. */
  readonly square: number;
  readonly degrees: number;
}

function spreadOf(
  errors: readonly Float32Array[],
  variances: Float32Array,
  held: number,
  next: number,
): Spread {
  if (held === 0) {
    const lasting = { between: 0, recent: 0, square: 1, degrees: 2.5 };
    return { gain: 0, between: 0, above: 1, below: 1, degrees: 2.5, lasting };
  }
  const betweens = errors.map(each => betweenVariance(each, variances, held));
  const costs = errors.map((each, at) => costOf(each, variances, betweens[at]!, held));
  let gain = 0;
  // A faster level must have been clearly better, for it also follows faults.
  for (let at = 1; at < costs.length; at++) if (costs[at]! < costs[gain]! - 2) gain = at;
  const between = betweens[gain]!;
  let second = 0;
  let fourth = 0;
  const sides = { above: 0, below: 0, aboveCount: 0, belowCount: 0 };
  for (let at = 0; at < held; at++) {
    const error = errors[gain]![at]!;
    const square = error ** 2 / Math.max(variances[at]! + between, 1e-30);
    second += square;
    fourth += square * square;
    if (error > 0) {
      sides.above += square;
      sides.aboveCount++;
    } else {
      sides.below += square;
      sides.belowCount++;
    }
  }
  const kurtosis = second > 0 ? (held * fourth) / (second * second) - 3 : 0;
  const excess = (Math.max(0, kurtosis) * held + PRIOR_EXCESS * PRIOR) / (held + PRIOR);
  // A Student variable's excess kurtosis is 6 / (degrees - 4).
  const degrees = Math.max(2.5, Math.min(held - 1, 4 + 6 / excess));
  return {
    gain,
    between,
    above: Math.max(1, Math.sqrt((sides.above + PRIOR) / (sides.aboveCount + PRIOR))),
    below: Math.max(1, Math.sqrt((sides.below + PRIOR) / (sides.belowCount + PRIOR))),
    degrees,
    lasting: lastingOf(errors[0]!, variances, betweens[0]!, held, next),
  };
}

/**
 * Sums of windows' errors, from the oldest on. Their spread is measured from sums of the past, and not about their mean, so
 * that windows that are correlated or drift raise it.
 */
function lastingOf(
  errors: Float32Array,
  variances: Float32Array,
  between: number,
  held: number,
  next: number,
): Lasting {
  const first = held === errors.length ? next : 0;
  const ratios = new Float64Array(held);
  let squares = 0;
  let sums = 0;
  let sum = 0;
  for (let at = 0; at < held; at++) {
    const slot = (first + at) % errors.length;
    const ratio = standardised(errors[slot]!, variances[slot]!, between);
    ratios[at] = ratio;
    sum += ratio - (at < LASTING ? 0 : ratios[at - LASTING]!);
    if (at < LASTING - 1) continue;
    squares += sum * sum;
    sums++;
  }
  return {
    between,
    recent: ratios.slice(1 - LASTING).reduce((total, ratio) => total + ratio, 0),
    square: Math.max(1, (squares / LASTING + PRIOR) / (sums + PRIOR)),
    // Sums that overlap say no more than those that don't.
    degrees: Math.max(2.5, held / LASTING),
  };
}

function standardised(error: number, variance: number, between: number): number {
  return error / Math.sqrt(Math.max(variance + between, 1e-30));
}

/** Twice the negative log-likelihood of normal errors with these variances. */
function costOf(
  errors: Float32Array,
  variances: Float32Array,
  between: number,
  held: number,
): number {
  let cost = 0;
  for (let at = 0; at < held; at++) {
    const variance = Math.max(variances[at]! + between, 1e-30);
    cost += Math.log(variance) + errors[at]! ** 2 / variance;
  }
  return cost;
}
