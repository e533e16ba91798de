import { RetrainingError } from '../errors';

/** One bin of a reliability diagram. @public */
export interface CalibrationBin {
  readonly rows: number;
  /** Mean probability that the model gave. */
  readonly said: number;
  /** Share of rows that were positive. */
  readonly came: number;
}

/**
 * A reliability diagram: rows by the probability of the positive class, in bins of the same width.
 *
 * @param positives - 1 for a row of the positive class, else 0.
 * @param bins - default 10. Bins without rows are left out.
 * @public
 */
export function calibrationBins(
  probabilities: ArrayLike<number>,
  positives: ArrayLike<number>,
  bins = 10,
): CalibrationBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, said: 0, came: 0 }));
  for (let row = 0; row < positives.length; row += 1) {
    const said = probabilities[row]!;
    const bin = sums[Math.min(bins - 1, Math.floor(said * bins))]!;
    bin.rows += 1;
    bin.said += said;
    bin.came += positives[row]!;
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map(({ rows, said, came }) => ({ rows, said: said / rows, came: came / rows }));
}

/**
 * Expected calibration error: Σ (rows of the bin ÷ rows) × |mean probability − share of positives|, from 0 to 1
 * (Naeini, Cooper, Hauskrecht, AAAI 2015; of the positive class, in bins of the same width).
 *
 * @throws RetrainingError `STATISTIC_INVALID` without rows.
 * @public
 */
export function calibrationError(
  probabilities: ArrayLike<number>,
  positives: ArrayLike<number>,
  bins = 10,
): number {
  if (positives.length === 0) {
    throw new RetrainingError('STATISTIC_INVALID', 'there are no rows to compare with');
  }
  return calibrationBins(probabilities, positives, bins).reduce(
    (sum, { rows, said, came }) => sum + (rows / positives.length) * Math.abs(said - came),
    0,
  );
}
