import betainc from '@stdlib/math-base-special-betainc';
import betaln from '@stdlib/math-base-special-betaln';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import studentCdf from '@stdlib/stats-base-dists-t-cdf';

/** Beyond this concentration a beta-binomial is a binomial to four digits. */
const CONCENTRATED = 1e8;
/** Euler's constant and the scale that give a Gumbel variable mean 0 and variance 1. */
const EULER = 0.5772156649015329;
const GUMBEL_SCALE = Math.PI / Math.sqrt(6);
/** The least p-value that is told apart from 0, and its deviate. */
const LEAST = 1e-200;
const FARTHEST = 30;

/**
 * How likely a Student variable with variance 1 is to be at least `deviate`.
 *
 * @param degrees - more than 2.
 */
export function studentTail(deviate: number, degrees: number): number {
  return studentCdf(-deviate * Math.sqrt(degrees / (degrees - 2)), degrees);
}

/** How likely a Gumbel variable (of greatest values) with mean 0 and variance 1 is to be at least `deviate`. */
export function gumbelTail(deviate: number): number {
  return -Math.expm1(-Math.exp(-(deviate * GUMBEL_SCALE + EULER)));
}

/**
 * How likely at least (`upper`) or at most `count` of `trials` are, each with probability `share`, when the share
 * itself varies with variance share × (1 - share) × `spread`: the tail of a beta-binomial; of the binomial itself where
 * the spread is next to nothing.
 */
export function rateTail(
  count: number,
  trials: number,
  share: number,
  spread: number,
  upper: boolean,
): number {
  // The lower tail of the nulls is the upper tail of the others.
  if (!upper) return rateTail(trials - count, trials, 1 - share, spread, true);
  if (count <= 0) return 1;
  if (spread * CONCENTRATED <= 1) return betainc(share, count, trials - count + 1);
  const size = 1 / spread - 1;
  return betaBinomialTail(count, trials, share * size, (1 - share) * size);
}

/** Sums the shorter side of the tail by the ratio of each term to the one before it. */
function betaBinomialTail(count: number, trials: number, a: number, b: number): number {
  const mean = (trials * a) / (a + b);
  return count > mean
    ? sumOf(count, trials, a, b, 1)
    : Math.max(0, 1 - sumOf(count - 1, trials, a, b, -1));
}

function sumOf(first: number, trials: number, a: number, b: number, step: 1 | -1): number {
  let term = Math.exp(
    betaln(first + a, trials - first + b) -
      betaln(a, b) -
      Math.log(trials + 1) -
      betaln(first + 1, trials - first + 1),
  );
  let sum = 0;
  for (let at = first; at >= 0 && at <= trials; at += step) {
    sum += term;
    if (term < sum * 1e-10) break;
    term *=
      step === 1
        ? ((trials - at) * (at + a)) / ((at + 1) * (trials - at - 1 + b))
        : (at * (trials - at + b)) / ((trials - at + 1) * (at - 1 + a));
  }
  return Math.min(1, sum);
}

/**
 * How likely at least (`upper`) or at most `count` events are, when `mean` are expected and the mean itself varies with
 * this squared coefficient of variation: the tail of a negative binomial, which is Poisson's where that is next to 0.
 */
export function countTail(count: number, mean: number, spread: number, upper: boolean): number {
  if (upper && count <= 0) return 1;
  const size = Math.min(1 / spread, CONCENTRATED);
  const share = mean / (mean + size);
  // P(X >= k) = I_share(k, size): DLMF 8.17 on the negative binomial's distribution function.
  return upper ? betainc(share, count, size) : 1 - betainc(share, count + 1, size);
}

/** The normal deviate that is as unlikely (two-sided) as this p-value; at most 30. */
export function deviateOf(pValue: number): number {
  return pValue < LEAST ? FARTHEST : Math.min(FARTHEST, -normalQuantile(pValue / 2, 0, 1));
}

/**
 * Holm's step-down correction (1979): each p-value as if it were the only check, in the order given. Below the declared
 * rate at least one is false with no more than that probability, however the checks depend on each other.
 *
 * @param checks - how many were made, also of those that aren't given.
 */
export function holm(pValues: readonly number[], checks = pValues.length): number[] {
  const order = pValues.map((_, at) => at).sort((one, other) => pValues[one]! - pValues[other]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.min(1, Math.max(least, pValues[at]! * (checks - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}
