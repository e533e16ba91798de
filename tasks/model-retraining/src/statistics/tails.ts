import betainc from '@stdlib/math-base-special-betainc';
import erfc from '@stdlib/math-base-special-erfc';
import gammainc from '@stdlib/math-base-special-gammainc';

/** How likely a standard normal variable is to be at least `deviate`. */
export function normalTail(deviate: number): number {
  return erfc(deviate / Math.SQRT2) / 2;
}

/** How likely at least `count` of `trials` are, each with probability `share` (DLMF 8.17.5). */
export function binomialTail(count: number, trials: number, share: number): number {
  if (count <= 0) return 1;
  if (count > trials) return 0;
  return betainc(share, count, trials - count + 1);
}

/** How likely a chi-square variable is to be at least `value`. */
export function chiSquareTail(value: number, degrees: number): number {
  return value <= 0 ? 1 : gammainc(value / 2, degrees / 2, true, true);
}

/**
 * Holm's step-down correction (Holm, Scandinavian Journal of Statistics 6, 1979): each p-value as if it were the only
 * one, in the order given. Below a level at least one is false with no more than that probability, however the tests
 * depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, at) => at).sort((one, other) => pValues[one]! - pValues[other]!);
  const adjusted = new Array<number>(pValues.length);
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.min(1, Math.max(least, pValues[at]! * (pValues.length - rank)));
    adjusted[at] = least;
  });
  return adjusted;
}
