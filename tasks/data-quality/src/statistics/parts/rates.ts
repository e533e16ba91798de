import type { ByteReader, ByteWriter } from '../../summary/bytes';
import type { FieldSummary } from '../../summary/field-summary';
import { Rate } from '../rate';
import type { Check } from '../finding';
import { type Learned, type Lesson, type Part, type Verdict, WARM_UP, type Window } from './part';
import { percent, rows } from './words';

/** What a rate is of. */
export type RateKind = 'null-rate' | 'anomalies';

const KINDS: Record<
  RateKind,
  { count: (field: FieldSummary) => number; trials: (field: FieldSummary) => number; is: string }
> = {
  'null-rate': {
    count: field => field.nulls,
    trials: field => field.nulls + field.bad + field.count,
    is: 'is null',
  },
  anomalies: {
    count: field => field.anomalous,
    trials: field => field.count,
    is: 'stands out from its series',
  },
};

/** What a rate is expected to be doesn't depend on the rows of the window that is asked for. */
const ANY = 1_000;

/** How often a field is null, or stands out. */
export class RatePart implements Part {
  readonly keys: readonly string[];

  constructor(
    private readonly kind: RateKind,
    private readonly field: string,
    private readonly rate: Rate,
  ) {
    this.keys = [kind];
  }

  judge({ summary, cell }: Window): Verdict[] {
    const seen = this.seen(summary.field(this.field));
    if (!seen || this.rate.count < WARM_UP) return [];
    const { pValue, expected } = this.rate.judge(seen.count, seen.trials, cell);
    const observed = seen.count / seen.trials;
    const { is } = KINDS[this.kind];
    return [
      {
        key: this.kind,
        check: this.kind,
        field: this.field,
        pValue,
        observed,
        expected,
        words: () =>
          `${this.field} ${is} in ${percent(observed)} of ${rows(seen.trials)}; ${percent(expected)} was expected.`,
      },
    ];
  }

  learn({ summary, cell }: Window, lessons: (key: string) => Lesson): readonly Check[] {
    const seen = this.seen(summary.field(this.field));
    const lesson = lessons(this.kind);
    if (!seen || lesson === 'aside') return [];
    if (lesson === 'move') {
      this.rate.moveTo(seen.count, seen.trials, cell);
      return [this.kind];
    }
    this.rate.learn(seen.count, seen.trials, cell, lesson === 'clipped');
    return [];
  }

  encode(to: ByteWriter): void {
    this.rate.encode(to);
  }

  describe(cell: number): readonly Learned[] {
    const { count: windows } = this.rate;
    if (windows === 0) return [];
    const { expected } = this.rate.judge(0, ANY, cell);
    return [{ check: this.kind, field: this.field, level: expected, unit: 'share', windows }];
  }

  static decode(kind: RateKind, field: string, cells: number, from: ByteReader): RatePart {
    return new RatePart(kind, field, Rate.decode(cells, from));
  }

  private seen(field: FieldSummary | undefined): { count: number; trials: number } | undefined {
    if (!field) return undefined;
    const kind = KINDS[this.kind];
    const trials = kind.trials(field);
    return trials > 0 ? { count: kind.count(field), trials } : undefined;
  }
}
