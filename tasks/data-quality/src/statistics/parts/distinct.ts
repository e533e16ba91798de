import type { ByteReader, ByteWriter } from '../../summary/bytes';
import { HyperLogLog } from '../../summary/hyperloglog';
import { Level, type Sample, twoSided } from '../level';
import type { Check } from '../finding';
import { type Learned, type Lesson, type Part, type Verdict, WARM_UP, type Window } from './part';
import { figure, rows } from './words';

/** How many different values a field has: the level of the logarithm, which grows with that of the rows. */
export class DistinctPart implements Part {
  readonly keys = ['distinct'];

  constructor(
    private readonly field: string,
    private readonly level: Level,
  ) {}

  judge(window: Window): Verdict[] {
    const sample = this.sampleOf(window);
    if (!sample || this.level.count < WARM_UP) return [];
    const predicted = this.level.predict(sample);
    const { expected } = predicted;
    const observed = Math.round(Math.exp(sample.value));
    return [
      {
        key: 'distinct',
        check: 'distinct',
        field: this.field,
        pValue: twoSided(predicted),
        observed,
        expected: Math.exp(expected),
        words: () =>
          `${this.field} has ${figure(observed)} different values in ${rows(Math.round(Math.exp(sample.covariate!)))}; about ${figure(Math.exp(expected))} were expected.`,
      },
    ];
  }

  learn(window: Window, lessons: (key: string) => Lesson): readonly Check[] {
    const sample = this.sampleOf(window);
    const lesson = lessons('distinct');
    if (!sample || lesson === 'aside') return [];
    if (lesson === 'move') this.level.moveTo(sample.value, sample.cell);
    this.level.learn(sample, lesson === 'clipped');
    return lesson === 'move' ? ['distinct'] : [];
  }

  encode(to: ByteWriter): void {
    this.level.encode(to);
  }

  describe(cell: number): readonly Learned[] {
    const { count: windows } = this.level;
    if (windows === 0) return [];
    const { expected } = this.level.predict({ value: 0, variance: 0, cell });
    const { field } = this;
    return [{ check: 'distinct', field, level: Math.exp(expected), unit: 'values', windows }];
  }

  static decode(field: string, cells: number, from: ByteReader): DistinctPart {
    return new DistinctPart(field, Level.decode({ cells }, from));
  }

  /** One rare value more or less is nothing, however steady the count was; beyond 256 the count itself is unsure. */
  private sampleOf({ summary, cell }: Window): Sample | undefined {
    const field = summary.field(this.field);
    if (!field || field.count === 0) return undefined;
    const count = field.distinct.count();
    const sketch = field.distinct.exact ? 0 : HyperLogLog.standardError ** 2;
    return {
      value: Math.log(count),
      variance: 1 / count ** 2 + sketch,
      cell,
      covariate: Math.log(field.count),
    };
  }
}
