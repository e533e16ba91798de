import { mcnemar } from './mcnemar';
import { holm } from './tails';

/** A candidate beside the current model on the rows of one segment. @public */
export interface SegmentComparison {
  /** `<column>=<value>` */
  readonly segment: string;
  readonly rows: number;
  readonly accuracy: number;
  readonly currentAccuracy: number;
  /** How likely it is to lose so many rows when it is no worse; corrected for the number of segments. */
  readonly pValue: number;
}

/**
 * Compares two models segment by segment: McNemar's exact test of "worse", corrected by Holm.
 *
 * @param segments - each row's value by column; a missing one is left out.
 * @param least - rows a segment needs to be looked at. Default 50.
 * @returns the worst first.
 * @public
 */
export function compareSegments(
  candidate: ArrayLike<number>,
  current: ArrayLike<number>,
  segments: Readonly<Record<string, ArrayLike<string | null>>>,
  least = 50,
): SegmentComparison[] {
  const found = Object.entries(segments).flatMap(([column, values]) => {
    const rowsOf = new Map<string, number[]>();
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row];
      if (value === null || value === undefined) continue;
      const rows = rowsOf.get(value);
      if (rows) rows.push(row);
      else rowsOf.set(value, [row]);
    }
    return [...rowsOf]
      .filter(([, rows]) => rows.length >= least)
      .map(([value, rows]) => {
        const one = rows.map(row => candidate[row]!);
        const other = rows.map(row => current[row]!);
        const mean = (right: readonly number[]) =>
          right.reduce((sum, count) => sum + count, 0) / rows.length;
        return {
          segment: `${column}=${value}`,
          rows: rows.length,
          accuracy: mean(one),
          currentAccuracy: mean(other),
          // The current model's gains are the candidate's losses.
          pValue: mcnemar(other, one).pValue,
        };
      });
  });
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return found
    .map((comparison, at) => ({ ...comparison, pValue: adjusted[at]! }))
    .sort(
      (one, other) => one.accuracy - one.currentAccuracy - (other.accuracy - other.currentAccuracy),
    );
}
