import { seededRandom } from '@dolphinstage/common';
import type { FeatureColumn } from '@dolphinstage/random-forest';
import type { Scorer } from './scorer';
import { lossesOf } from './scores';

/** How much worse a model scores when a feature's values are shuffled among the rows. @public */
export interface FeatureLoss {
  readonly feature: string;
  /** Mean growth of the log loss over the repeats; below 0 where chance made it better. */
  readonly loss: number;
  /** Standard deviation of that growth over the repeats. */
  readonly deviation: number;
}

interface Options {
  /** Rows that are looked at, at most: spread evenly over the given ones. Default 5,000. */
  readonly rows?: number;
  /** How often each feature is shuffled. Default 3. */
  readonly repeats?: number;
  /** Default 1. */
  readonly seed?: number;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** A column of some of its rows. */
const rowsOf = (column: FeatureColumn, rows: readonly number[]) =>
  ({ ...column, values: rows.map(row => column.values[row] ?? null) }) as FeatureColumn;

function shuffled(length: number, random: () => number): number[] {
  const order = Array.from({ length }, (_, row) => row);
  for (let row = length - 1; row > 0; row -= 1) {
    const other = Math.floor(random() * (row + 1));
    [order[row], order[other]] = [order[other]!, order[row]!];
  }
  return order;
}

/**
 * Permutation importance (Breiman, Random forests, 2001, section 10) by log loss, of whatever model can be scored. Give
 * rows held back. Of two features that say the same, either seems needless.
 *
 * @returns one entry a feature, the most important first.
 */
export async function importanceOf(
  score: Scorer,
  columns: readonly FeatureColumn[],
  positives: ArrayLike<number>,
  { rows: most = 5_000, repeats = 3, seed = 1 }: Options = {},
): Promise<FeatureLoss[]> {
  const rows = Math.min(most, positives.length);
  const chosen = Array.from({ length: rows }, (_, at) =>
    Math.floor((at * positives.length) / rows),
  );
  const seen = columns.map(column => rowsOf(column, chosen));
  const truth = chosen.map(row => positives[row]!);
  const lossOf = async (of: readonly FeatureColumn[]) => mean(lossesOf(await score(of), truth));
  const whole = await lossOf(seen);
  const random = seededRandom(seed);
  const found: FeatureLoss[] = [];
  for (const [place, column] of seen.entries()) {
    const growths: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const changed = rowsOf(column, shuffled(rows, random));
      growths.push((await lossOf(seen.with(place, changed))) - whole);
    }
    const loss = mean(growths);
    const deviation = Math.sqrt(mean(growths.map(growth => (growth - loss) ** 2)));
    found.push({ feature: column.name, loss, deviation });
  }
  return found.sort((one, other) => other.loss - one.loss);
}
