const STEPS = 40;

/**
 * The variance between windows beyond their own sampling error, by Paule and Mandel (1982): that with which the squared
 * errors, each over its own variance, average 1. Unlike DerSimonian and Laird's it holds also when the windows' sampling
 * variances lie orders of magnitude apart.
 *
 * @param variances - each error's sampling variance, times the between-variance's factor being 1.
 * @returns 0 when sampling error explains all.
 */
export function betweenVariance(
  errors: Float32Array,
  variances: Float32Array,
  count: number,
): number {
  const ratio = (between: number): number => {
    let sum = 0;
    for (let at = 0; at < count; at++) sum += errors[at]! ** 2 / (variances[at]! + between);
    return sum / count;
  };
  if (count === 0 || !(ratio(0) > 1)) return 0;
  let high = 0;
  for (let at = 0; at < count; at++) high += errors[at]! ** 2;
  // At this bound each ratio is at most error² / high, so that their mean is below 1.
  let low = 0;
  for (let step = 0; step < STEPS && high - low > 1e-4 * high; step++) {
    const middle = (low + high) / 2;
    if (ratio(middle) > 1) low = middle;
    else high = middle;
  }
  return high;
}
