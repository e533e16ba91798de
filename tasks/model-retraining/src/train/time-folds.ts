import { RetrainingError } from '../errors';

/** Rows to learn from and rows, all of them later, to look at what was learned. @public */
export interface TimeFold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** @internal */
export function earlierThan(times: ArrayLike<number>, instant: number): TimeFold {
  const rows = Array.from({ length: times.length }, (_, row) => row);
  return {
    train: Uint32Array.from(rows.filter(row => times[row]! < instant)),
    test: Uint32Array.from(rows.filter(row => times[row]! >= instant)),
  };
}

/**
 * Folds in the order of time: the rows' span is cut at `folds` instants into blocks of about as many rows; each block but
 * the first is looked at once, with all rows before it to learn from (Hyndman and Athanasopoulos, Forecasting: Principles
 * and Practice, section 5.10: a rolling origin). Rows of the same instant are never parted.
 *
 * @param times - each row's instant, ms since 1970.
 * @param gapMs - rows so short before a block aren't learned from, since their label wasn't known then. Default 0.
 * @throws RetrainingError `DATA_INVALID` when the rows have too few instants.
 * @public
 */
export function timeFolds(times: ArrayLike<number>, folds: number, gapMs = 0): TimeFold[] {
  const sorted = Float64Array.from(times).sort();
  const cuts = Array.from(
    { length: folds },
    (_, fold) => sorted[Math.floor(((fold + 1) * sorted.length) / (folds + 1))]!,
  );
  const found = cuts.map((cut, fold) => {
    const end = cuts[fold + 1] ?? Infinity;
    const { train, test } = earlierThan(times, cut);
    return {
      train: train.filter(row => times[row]! < cut - gapMs),
      test: test.filter(row => times[row]! < end),
    };
  });
  if (found.some(({ train, test }) => train.length === 0 || test.length === 0)) {
    throw new RetrainingError('DATA_INVALID', `the rows' times can't be cut into ${folds} folds`, {
      todo: 'Give rows of more instants, or fewer folds.',
    });
  }
  return found;
}
