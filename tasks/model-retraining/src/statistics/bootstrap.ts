import type { PairedComparison } from './paired';
import { seededRandom } from '@dolphinstage/common';

/**
 * A paired bootstrap of the mean loss (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 16): rows are
 * drawn with replacement, of their differences less the mean, which is what there would be if neither were better; the
 * p-value is the share of draws (and one more) with a mean as great as ours.
 *
 * @param candidateLoss - the candidate's loss, row by row the same rows as `currentLoss`.
 * @param margin - how much worse the candidate may be. Default 0.
 * @param draws - default 1,000.
 * @public
 */
export function pairedBootstrap(
  candidateLoss: ArrayLike<number>,
  currentLoss: ArrayLike<number>,
  { margin = 0, draws = 1_000, seed = 1 } = {},
): PairedComparison {
  const rows = candidateLoss.length;
  const gains = Float64Array.from(
    { length: rows },
    (_, row) => currentLoss[row]! - candidateLoss[row]!,
  );
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / rows;
  const random = seededRandom(seed);
  let asGreat = 1;
  for (let draw = 0; draw < draws; draw += 1) {
    let sum = 0;
    for (let at = 0; at < rows; at += 1) sum += gains[Math.floor(random() * rows)]! - mean;
    if (sum / rows >= mean + margin) asGreat += 1;
  }
  return { test: 'bootstrap', difference: mean, pValue: asGreat / (draws + 1) };
}
