import type { ExampleRow, OddRow } from './delta';

/** So many are kept of a window, in each record and in all. */
const MOST = 8;

/** Adds a row where it stands out more than one that is kept: `example` is only asked for then. */
export function addOdd(
  kept: OddRow[],
  { fields, score }: Omit<OddRow, 'example'>,
  example: () => ExampleRow,
): void {
  // JSON has no Infinity.
  const finite = Math.min(score, Number.MAX_VALUE);
  if (kept.length >= MOST && finite <= kept.at(-1)!.score) return;
  kept.push({ fields, score: finite, example: example() });
  sort(kept);
}

/** Those of both that stand out most. */
export function mergeOdd(one: readonly OddRow[], other: readonly OddRow[]): readonly OddRow[] {
  if (other.length === 0) return one;
  const all = [...one, ...other];
  sort(all);
  return all;
}

/** The most first. */
function sort(rows: OddRow[]): void {
  rows.sort((a, b) => b.score - a.score).splice(MOST);
}
