import type { PairedComparison } from './paired';
import { binomialTail } from './tails';

/**
 * McNemar's exact test, one-sided: of the rows that one of two models gets right and the other wrong, how many are the
 * candidate's? When both are as good, half of them, so the tail is the binomial's (McNemar, Psychometrika 12, 1947;
 * for comparing classifiers Dietterich, Neural Computation 10, 1998). The difference is that of the accuracies.
 *
 * @param candidate - 1 where it is right, else 0; row by row the same rows as `current`.
 * @returns p-value 1 where they differ on no row.
 * @public
 */
export function mcnemar(
  candidate: ArrayLike<number>,
  current: ArrayLike<number>,
): PairedComparison {
  let gained = 0;
  let lost = 0;
  for (let row = 0; row < candidate.length; row += 1) {
    if (candidate[row]! > current[row]!) gained += 1;
    else if (candidate[row]! < current[row]!) lost += 1;
  }
  return {
    test: 'mcnemar',
    difference: candidate.length === 0 ? 0 : (gained - lost) / candidate.length,
    pValue: binomialTail(gained, gained + lost, 0.5),
  };
}
