import { RetrainingError } from '../errors';
import type { PairedComparison } from './paired';
import { normalTail } from './tails';

/** Ranks from 1, those of equal values averaged. */
function midranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((one, other) => values[one]! - values[other]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** The AUC, and each row's part in it: of a positive the share of negatives below it, of a negative the reverse. */
function placements(scores: ArrayLike<number>, rows: { positive: number[]; negative: number[] }) {
  const positive = Float64Array.from(rows.positive, row => scores[row]!);
  const negative = Float64Array.from(rows.negative, row => scores[row]!);
  const all = new Float64Array(positive.length + negative.length);
  all.set(positive);
  all.set(negative, positive.length);
  const among = midranks(all);
  const [ofPositive, ofNegative] = [midranks(positive), midranks(negative)];
  const above = ofPositive.map((rank, at) => (among[at]! - rank) / negative.length);
  const below = ofNegative.map(
    (rank, at) => 1 - (among[positive.length + at]! - rank) / positive.length,
  );
  return { auc: above.reduce((sum, part) => sum + part, 0) / above.length, above, below };
}

function variance(one: Float64Array, other: Float64Array): number {
  const differences = one.map((value, at) => value - other[at]!);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return (
    differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1)
  );
}

/**
 * The test of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988) for two AUCs on the same rows, one-sided, by ranks
 * as Sun and Xu (IEEE Signal Processing Letters 21, 2014) compute it.
 *
 * @param positives - 1 for a row of the positive class, else 0.
 * @param margin - how much worse the candidate may be: the test is of "worse by at least the margin". Default 0.
 * @throws RetrainingError `STATISTIC_INVALID` unless each class has two rows.
 * @public
 */
export function delong(
  candidate: ArrayLike<number>,
  current: ArrayLike<number>,
  positives: ArrayLike<number>,
  margin = 0,
): PairedComparison {
  const rows = { positive: [] as number[], negative: [] as number[] };
  for (let row = 0; row < positives.length; row += 1) {
    rows[positives[row] ? 'positive' : 'negative'].push(row);
  }
  if (rows.positive.length < 2 || rows.negative.length < 2) {
    throw new RetrainingError('STATISTIC_INVALID', 'an AUC needs two rows of each class', {
      todo: 'Hold back more days, or compare by mcnemar.',
    });
  }
  const one = placements(candidate, rows);
  const other = placements(current, rows);
  const difference = one.auc - other.auc;
  const squared =
    variance(one.above, other.above) / rows.positive.length +
    variance(one.below, other.below) / rows.negative.length;
  const lead = difference + margin;
  // Scores in the same order leave nothing to chance.
  const certain = lead > 0 ? 0 : 1;
  const pValue = squared > 0 ? normalTail(lead / Math.sqrt(squared)) : certain;
  return { test: 'delong', difference, pValue };
}
