import { aucOf, type FeatureColumn } from '@dolphinstage/random-forest';

/** Either direction tells as much. */
const telling = (auc: number) => (Number.isNaN(auc) ? 0.5 : Math.max(auc, 1 - auc));

function numericScores(
  values: ArrayLike<number | null | undefined>,
  missing: number,
): Float64Array {
  return Float64Array.from(values, value =>
    value === null || value === undefined || Number.isNaN(value) ? missing : value,
  );
}

/** Each row's share of positives among the other half's rows of its category, so that rare ones don't tell themselves. */
function categoryScores(
  values: ArrayLike<string | null | undefined>,
  positives: ArrayLike<number>,
): Float64Array {
  const halves = [new Map<string, [number, number]>(), new Map<string, [number, number]>()];
  const key = (row: number) => JSON.stringify(values[row] ?? null);
  for (let row = 0; row < positives.length; row += 1) {
    const half = halves[row % 2]!;
    const [count, sum] = half.get(key(row)) ?? [0, 0];
    half.set(key(row), [count + 1, sum + positives[row]!]);
  }
  return Float64Array.from({ length: positives.length }, (_, row) => {
    const [count, sum] = halves[1 - (row % 2)]!.get(key(row)) ?? [0, 0];
    return (sum + 0.5) / (count + 1);
  });
}

/**
 * How well a feature tells the label all by itself: its AUC, of 0.5 and more. One that tells nearly everything is most
 * often known only afterwards.
 *
 * @param positives - 1 for a row of the positive class, else 0.
 */
export function aloneAuc(column: FeatureColumn, positives: ArrayLike<number>): number {
  if (column.kind === 'categorical') {
    return telling(aucOf(categoryScores(column.values, positives), positives));
  }
  // That a number is missing may be what tells.
  const sides = [-Infinity, Infinity].map(missing =>
    telling(aucOf(numericScores(column.values, missing), positives)),
  );
  return Math.max(...sides);
}
