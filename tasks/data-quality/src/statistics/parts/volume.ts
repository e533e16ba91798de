import type { ByteReader, ByteWriter } from '../../summary/bytes';
import { Level, type Prediction, type Sample, twoSided } from '../level';
import { countTail } from '../tails';
import type { Check } from '../finding';
import { type Learned, type Lesson, type Part, type Verdict, WARM_UP, type Window } from './part';
import { figure, rows } from './words';

/** Of fewer rows the exact tail of a negative binomial has its say. */
const MANY = 30;

/** How many rows a window has: the level of the logarithm. */
export class VolumePart implements Part {
  readonly keys = ['volume'];

  constructor(private readonly level: Level) {}

  judge(window: Window): Verdict[] {
    if (this.level.count < WARM_UP) return [];
    const { rows: count } = window.summary;
    const { predicted } = this.predict(window);
    let { upper, lower } = predicted;
    const expected = Math.exp(predicted.expected);
    if (expected < MANY) {
      const spread = predicted.between + 1 / this.level.count;
      upper = Math.max(upper, countTail(count, expected, spread, true));
      lower = Math.max(lower, countTail(count, expected, spread, false));
    }
    return [
      {
        key: 'volume',
        check: 'volume',
        pValue: twoSided({ ...predicted, upper, lower }),
        observed: count,
        expected,
        words: () => `The window has ${rows(count)}; about ${figure(expected)} were expected.`,
      },
    ];
  }

  learn(window: Window, lessons: (key: string) => Lesson): readonly Check[] {
    const { sample } = this.predict(window);
    const lesson = lessons('volume');
    if (lesson === 'move') this.level.moveTo(sample.value, sample.cell);
    if (lesson !== 'aside') this.level.learn(sample, lesson === 'clipped');
    return lesson === 'move' ? ['volume'] : [];
  }

  encode(to: ByteWriter): void {
    this.level.encode(to);
  }

  describe(cell: number): readonly Learned[] {
    const { count: windows } = this.level;
    if (windows === 0) return [];
    const { expected } = this.level.predict({ value: 0, variance: 0, cell });
    return [{ check: 'volume', level: Math.exp(expected), unit: 'rows', windows }];
  }

  static decode(cells: number, from: ByteReader): VolumePart {
    return new VolumePart(Level.decode({ cells }, from));
  }

  /** The sampling variance is that of the rows expected: of those that came it would be the greater the fewer came. */
  private predict({ summary, cell }: Window): { sample: Sample; predicted: Prediction } {
    const value = Math.log(summary.rows + 0.5);
    const { expected } = this.level.predict({ value, variance: 0, cell });
    const known = this.level.count > 0 ? expected : value;
    const sample = { value, variance: 1 / (Math.exp(known) + 0.5), cell };
    return { sample, predicted: this.level.predict(sample) };
  }
}
