import type { ByteReader, ByteWriter } from '../../summary/bytes';
import type { FieldSummary } from '../../summary/field-summary';
import type { Check } from '../finding';
import { Level, type Sample, twoSided } from '../level';
import { NumberReference } from '../number-reference';
import { type Drift, driftOf, ShareDrift } from '../share-drift';
import {
  type Learned,
  type Lesson,
  type Part,
  REFERENCE_WINDOWS,
  type Verdict,
  WARM_UP,
  type Window,
} from './part';
import { figure } from './words';

/** A spread of fewer values says nothing. */
const LEAST_VALUES = 5;
/** What a variance of 0 counts as, of the usual one. */
const NO_VARIANCE = 1e-6;
/** The logarithm of the greatest value isn't known better than that. */
const RANGE_ERROR = 0.02;

/** Of which field, and how it may be told. */
export interface NumberPartOptions {
  readonly field: string;
  /** Cells of the season; 1: none. */
  readonly cells: number;
  /** Its values appear nowhere: findings are told in standard deviations. */
  readonly redacted: boolean;
}

interface Seen {
  readonly mean?: Sample;
  readonly spread?: Sample;
  readonly shape?: Drift;
  readonly least: Sample;
  readonly greatest: Sample;
}

/**
 * A numeric field's level, spread, shape and range, each against a reference distribution of earlier windows.
 */
export class NumberPart implements Part {
  readonly keys = ['mean', 'spread', 'shape', 'least', 'greatest'];
  private reference = new NumberReference();
  /** What the windows since the field left its reference look like. */
  private aside = new NumberReference();
  private mean: Level;
  private spread: Level;
  private shape = new ShareDrift();
  private least: Level;
  private greatest: Level;

  constructor(private readonly options: NumberPartOptions) {
    this.mean = new Level({ cells: options.cells });
    this.spread = new Level({ cells: options.cells });
    this.least = new Level({ cells: options.cells, tail: 'gumbel' });
    this.greatest = new Level({ cells: options.cells, tail: 'gumbel' });
  }

  judge(window: Window): Verdict[] {
    const field = window.summary.field(this.options.field);
    const seen = field && this.seen(field, window);
    if (!seen) return [];
    return [
      ...this.judgeMean(seen, field),
      ...this.judgeSpread(seen),
      ...this.judgeShape(seen),
      ...this.judgeRange('greatest', seen.greatest, field.moments.max),
      ...this.judgeRange('least', seen.least, field.moments.min),
    ];
  }

  learn(window: Window, lessons: (key: string) => Lesson): readonly Check[] {
    const field = window.summary.field(this.options.field);
    if (!field || field.count === 0) return [];
    const seen = this.seen(field, window);
    const moved: Check[] = [];
    const shaped = ['mean', 'spread', 'shape'].map(lessons);
    if (seen) {
      if (seen.mean) learnLevel(this.mean, seen.mean, lessons('mean'));
      if (seen.spread) learnLevel(this.spread, seen.spread, lessons('spread'));
      const lesson = lessons('shape');
      if (seen.shape && lesson !== 'aside') this.shape.learn(seen.shape, lesson !== 'whole');
      learnLevel(this.least, seen.least, lessons('least'));
      learnLevel(this.greatest, seen.greatest, lessons('greatest'));
      const sides = [lessons('least'), lessons('greatest')];
      // Both are one alert: it is over when neither goes on.
      if (sides.includes('move') && sides.every(side => side === 'move' || side === 'whole')) {
        moved.push('range');
      }
    }
    if (shaped.every(lesson => lesson === 'whole')) {
      this.reference.add(field);
      if (this.aside.count > 0) this.aside = new NumberReference();
      return moved;
    }
    this.aside.add(field);
    if (!shaped.includes('move')) return moved;
    this.reference = this.aside;
    this.aside = new NumberReference();
    for (const level of [this.mean, this.spread]) level.moveTo(0, window.cell);
    // What was learned of them was seen against the old reference.
    const { least, greatest } = this.rangeOf(field, window.cell);
    this.least.moveTo(least.value, window.cell);
    this.greatest.moveTo(greatest.value, window.cell);
    return ['mean', 'distribution', 'range'];
  }

  encode(to: ByteWriter): void {
    this.reference.encode(to);
    this.aside.encode(to);
    this.mean.encode(to);
    this.spread.encode(to);
    this.shape.encode(to);
    this.least.encode(to);
    this.greatest.encode(to);
  }

  static decode(options: NumberPartOptions, from: ByteReader): NumberPart {
    const part = new NumberPart(options);
    part.reference = NumberReference.decode(from);
    part.aside = NumberReference.decode(from);
    part.mean = Level.decode({ cells: options.cells }, from);
    part.spread = Level.decode({ cells: options.cells }, from);
    part.shape = ShareDrift.decode(from);
    part.least = Level.decode({ cells: options.cells, tail: 'gumbel' }, from);
    part.greatest = Level.decode({ cells: options.cells, tail: 'gumbel' }, from);
    return part;
  }

  describe(cell: number): readonly Learned[] {
    const { field, redacted } = this.options;
    const { count: windows, mean, deviation } = this.reference;
    if (windows === 0 || redacted) return [];
    const common = { field, unit: 'value', windows } as const;
    return [
      { ...common, check: 'mean', level: mean, scale: deviation },
      { ...common, check: 'distribution', level: deviation },
      ...this.describeRange('least', cell),
      ...this.describeRange('greatest', cell),
    ];
  }

  private describeRange(of: 'least' | 'greatest', cell: number): readonly Learned[] {
    const { count: windows } = this[of];
    if (windows === 0) return [];
    const { expected } = this[of].predict({ value: 0, variance: RANGE_ERROR ** 2, cell });
    const { median } = this.reference;
    const level = this.valueAt(of, expected);
    const { field } = this.options;
    // Further out than the others as it is, it is seen against its distance from them.
    const scale = Math.abs(level - median);
    return [{ check: 'range', field, of, level, scale, unit: 'value', windows }];
  }

  /** The value on a side of the median of which a range's level is so much. */
  private valueAt(side: 'least' | 'greatest', level: number): number {
    const { median, scale } = this.reference;
    return median + (side === 'greatest' ? 1 : -1) * Math.sinh(level) * scale;
  }

  private judgeMean({ mean }: Seen, field: FieldSummary): Verdict[] {
    if (!mean || this.mean.count < WARM_UP) return [];
    const predicted = this.mean.predict(mean);
    const { expected } = predicted;
    const { deviation, mean: centre } = this.reference;
    const { redacted } = this.options;
    const observed = redacted ? mean.value : centre + mean.value * deviation;
    const wanted = redacted ? expected : centre + expected * deviation;
    const unit = redacted ? ' standard deviations from its usual one' : '';
    return [
      this.verdict('mean', 'mean', twoSided(predicted), observed, wanted, {
        words: () =>
          `the mean (without the outermost values) is ${figure(observed)}${unit} in ${field.count} values; ${figure(wanted)} was expected`,
      }),
    ];
  }

  private judgeSpread({ spread }: Seen): Verdict[] {
    if (!spread || this.spread.count < WARM_UP) return [];
    const predicted = this.spread.predict(spread);
    const { expected } = predicted;
    const observed = Math.exp(spread.value / 2);
    const wanted = Math.exp(expected / 2);
    return [
      this.verdict('spread', 'distribution', twoSided(predicted), observed, wanted, {
        words: () =>
          `the standard deviation is ${figure(observed)} times the usual one; ${figure(wanted)} times was expected`,
      }),
    ];
  }

  private judgeShape({ shape }: Seen): Verdict[] {
    if (!shape || this.shape.count < WARM_UP) return [];
    const { pValue, expectedPsi } = this.shape.judge(shape);
    return [
      this.verdict('shape', 'distribution', pValue, shape.psi, expectedPsi, {
        words: () =>
          `the distribution differs from the reference by a stability index of ${figure(shape.psi)}; windows of this size have about ${figure(expectedPsi)}`,
      }),
    ];
  }

  private judgeRange(key: 'least' | 'greatest', sample: Sample, value: number): Verdict[] {
    const level = this[key];
    if (level.count < WARM_UP) return [];
    // Only what lies further out than before is a fault of the range.
    const { upper, expected } = level.predict(sample);
    const { redacted } = this.options;
    const side = key === 'greatest' ? 1 : -1;
    const observed = redacted ? side * Math.sinh(sample.value) : value;
    const wanted = redacted ? side * Math.sinh(expected) : this.valueAt(key, expected);
    const unit = redacted ? ' times its usual spread from the median' : '';
    return [
      this.verdict(key, 'range', upper, observed, wanted, {
        words: () =>
          `the ${key} value is ${figure(observed)}${unit}; about ${figure(wanted)} was expected`,
      }),
    ];
  }

  private verdict(
    key: string,
    check: Verdict['check'],
    pValue: number,
    observed: number,
    expected: number,
    { words }: { words: () => string },
  ): Verdict {
    const { field } = this.options;
    return { key, check, field, pValue, observed, expected, words: () => `${field}: ${words()}.` };
  }

  /** A window's statistics, with respect to the reference before it. */
  private seen(field: FieldSummary, { cell, seasoned }: Window): Seen | undefined {
    const { reference } = this;
    const { count } = field;
    // A reference of some hours of a day is another one when the others have come.
    if (reference.count < REFERENCE_WINDOWS || !seasoned || count === 0) return undefined;
    const { deviation, unsure } = reference;
    const seen = this.rangeOf(field, cell);
    if (deviation === 0) return seen;
    const row = 1 / count + unsure;
    const window = reference.shapeOf(field);
    const usual = reference.shape;
    const mean = { value: (window.mean - usual.mean) / deviation, variance: row, cell };
    return {
      ...seen,
      mean,
      spread: count < LEAST_VALUES ? undefined : spreadOf(window.variance, usual, count, row, cell),
      shape: driftOf(
        reference.countsOf(field.sketch.histogram(), this.shift(mean)),
        reference.shares,
        unsure,
      ),
    };
  }

  private rangeOf(field: FieldSummary, cell: number): Pick<Seen, 'least' | 'greatest'> {
    const { median, scale } = this.reference;
    const { min, max } = field.moments;
    const range = { variance: RANGE_ERROR ** 2, cell, covariate: Math.log(field.count) };
    return {
      least: { ...range, value: Math.asinh((median - min) / scale) },
      greatest: { ...range, value: Math.asinh((max - median) / scale) },
    };
  }

  /** With a season the shape is looked at where the season puts the level. */
  private shift(mean: Sample): number {
    if (this.options.cells === 1 || this.mean.count < WARM_UP) return 0;
    return this.mean.predict(mean).expected * this.reference.deviation;
  }
}

/** The logarithm of a variance; its own variance and bias by the delta method: (kurtosis - 1) / n and half of it. */
function spreadOf(
  variance: number,
  usual: { variance: number; kurtosis: number },
  count: number,
  row: number,
  cell: number,
): Sample {
  const excess = Math.max(usual.kurtosis - 1, 0.1);
  return {
    value: Math.log(variance / usual.variance + NO_VARIANCE) + excess / (2 * count),
    variance: excess * row,
    cell,
  };
}

function learnLevel(level: Level, sample: Sample, lesson: Lesson): void {
  if (lesson === 'aside') return;
  if (lesson === 'move') level.moveTo(sample.value, sample.cell);
  level.learn(sample, lesson === 'clipped');
}
