import type { ByteReader, ByteWriter } from '../../summary/bytes';
import type { FieldSummary } from '../../summary/field-summary';
import type { Check } from '../finding';
import { CategoryReference } from '../category-reference';
import { Level } from '../level';
import { Rate } from '../rate';
import { driftOf, ShareDrift } from '../share-drift';
import {
  type Learned,
  type Lesson,
  type Part,
  REFERENCE_WINDOWS,
  type Verdict,
  WARM_UP,
  type Window,
} from './part';
import { figure, percent, rows } from './words';

/** Of which field, and how it may be told. */
export interface CategoryPartOptions {
  readonly field: string;
  /** Its values appear nowhere. */
  readonly redacted: boolean;
}

/** Which values a field has: how their shares drift, and values that weren't seen before. */
export class CategoryPart implements Part {
  readonly keys = ['shares', 'novel'];
  private reference = new CategoryReference();
  private aside = new CategoryReference();
  private drift = new ShareDrift();
  private novel = new Rate(new Level({ cells: 1 }));

  constructor(private readonly options: CategoryPartOptions) {}

  judge({ summary }: Window): Verdict[] {
    const field = summary.field(this.options.field);
    if (!field || !this.comparable(field)) return [];
    return [...this.judgeShares(field), ...this.judgeNovel(field)];
  }

  learn({ summary }: Window, lessons: (key: string) => Lesson): readonly Check[] {
    const field = summary.field(this.options.field);
    if (!field || field.count === 0) return [];
    const both = ['shares', 'novel'].map(lessons);
    if (this.comparable(field)) {
      const { counts, shares } = this.reference.compare(field.values);
      const drift = driftOf(counts, shares, this.reference.unsure);
      if (drift && both[0] !== 'aside') this.drift.learn(drift, both[0] !== 'whole');
      const novel = this.reference.novel(field.values);
      if (both[1] !== 'aside') this.novel.learn(novel, field.count, 0, both[1] !== 'whole');
    }
    if (both.every(lesson => lesson === 'whole')) {
      this.reference.add(field.values, field.count);
      if (this.aside.count > 0) this.aside = new CategoryReference();
      return [];
    }
    this.aside.add(field.values, field.count);
    if (!both.includes('move')) return [];
    this.reference = this.aside;
    this.aside = new CategoryReference();
    return ['categories'];
  }

  encode(to: ByteWriter): void {
    this.reference.encode(to);
    this.aside.encode(to);
    this.drift.encode(to);
    this.novel.encode(to);
  }

  static decode(options: CategoryPartOptions, from: ByteReader): CategoryPart {
    const part = new CategoryPart(options);
    part.reference = CategoryReference.decode(from);
    part.aside = CategoryReference.decode(from);
    part.drift = ShareDrift.decode(from);
    part.novel = Rate.decode(1, from);
    return part;
  }

  describe(): readonly Learned[] {
    const { field, redacted } = this.options;
    const { count: windows, size, known } = this.reference;
    if (windows === 0 || !this.reference.categorical) return [];
    const common = { check: 'categories', field, windows } as const;
    const shares = redacted ? [] : [...known].sort(([, one], [, other]) => other - one);
    return [
      { ...common, level: size, unit: 'values' },
      ...shares.map(([of, level]) => ({ ...common, of, level, unit: 'share' }) as const),
    ];
  }

  private comparable(field: FieldSummary): boolean {
    const { reference } = this;
    return field.count > 0 && reference.count >= REFERENCE_WINDOWS && reference.categorical;
  }

  private judgeShares(field: FieldSummary): Verdict[] {
    const { counts, shares, names } = this.reference.compare(field.values);
    const drift = driftOf(counts, shares, this.reference.unsure);
    if (!drift || this.drift.count < WARM_UP) return [];
    const { pValue, expectedPsi } = this.drift.judge(drift);
    const { field: name, redacted } = this.options;
    // Those that moved most first, in units of their own sampling errors.
    const byMove = () =>
      names
        .map((value, at) => ({ value, seen: counts[at]! / field.count, share: shares[at]! }))
        .sort((one, other) => distance(other) - distance(one));
    const values = () =>
      byMove()
        .filter(({ seen, share }) => seen > share)
        .slice(0, 1)
        .map(({ value }) => value);
    const words = (): string => {
      const moved = byMove()[0]!;
      const most = redacted ? 'one value' : JSON.stringify(moved.value);
      return `${name}: the shares of its values differ by a stability index of ${figure(drift.psi)} (about ${figure(expectedPsi)} was expected); most of all ${most}: ${percent(moved.seen)} instead of ${percent(moved.share)}.`;
    };
    return [
      {
        key: 'shares',
        check: 'categories',
        field: name,
        pValue,
        observed: drift.psi,
        expected: expectedPsi,
        ...(redacted ? {} : { values }),
        words,
      },
    ];
  }

  private judgeNovel(field: FieldSummary): Verdict[] {
    if (this.novel.count < WARM_UP) return [];
    const count = this.reference.novel(field.values);
    const { pValue, expected } = this.novel.judge(count, field.count, 0);
    const observed = count / field.count;
    if (observed <= expected) return [];
    const { field: name, redacted } = this.options;
    const unseen = () =>
      [...field.values.counts.keys()].filter(value => !this.reference.has(value)).slice(0, 3);
    const words = (): string => {
      const examples = unseen().map(value => JSON.stringify(value));
      const such = redacted || examples.length === 0 ? '' : `, such as ${examples.join(', ')}`;
      return `${name} has values that weren't seen before in ${percent(observed)} of ${rows(field.count)}${such}; ${percent(expected)} was expected.`;
    };
    return [
      {
        key: 'novel',
        check: 'categories',
        field: name,
        pValue,
        observed,
        expected,
        ...(redacted ? {} : { values: unseen }),
        words,
      },
    ];
  }
}

function distance({ seen, share }: { seen: number; share: number }): number {
  return Math.abs(seen - share) / Math.sqrt(share * (1 - share) + 1e-9);
}
