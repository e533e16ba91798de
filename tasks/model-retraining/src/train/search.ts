import { seededRandom } from '@dolphinstage/common';

/** Values to try, by option. @public */
export type SearchGrid = Readonly<Record<string, readonly (number | string)[]>>;

/** One point of a grid. @public */
export type Candidate = Readonly<Record<string, number | string>>;

/** A point with its score. @public */
export interface Scored {
  readonly candidate: Candidate;
  /** The less the better. */
  readonly loss: number;
}

/** @public */
export interface SearchOptions {
  /** Points at most. Default: all of the grid. */
  readonly tries?: number;
  /** Time to spend, in ms: no point is begun that would, going by the longest so far, end after it. Default: no limit. */
  readonly budgetMs?: number;
  /** Which points come first. Default 1. */
  readonly seed?: number;
  /** The clock, in ms. */
  readonly now?: () => number;
}

/** All points of a grid, the first option's values slowest. */
export function pointsOf(grid: SearchGrid): Candidate[] {
  return Object.entries(grid).reduce<Candidate[]>(
    (points, [option, values]) =>
      points.flatMap(point => values.map(value => ({ ...point, [option]: value }))),
    [{}],
  );
}

/**
 * Random search over a grid within a time budget (Bergstra and Bengio, Journal of Machine Learning Research 13, 2012). The
 * grid's first point is what is known to be good: it comes first, so that it is tried whatever the budget.
 *
 * @param lossOf - called for one point at a time.
 * @returns all points tried, the best first; of equals the one tried first.
 * @public
 */
export async function search(
  grid: SearchGrid,
  lossOf: (candidate: Candidate) => Promise<number>,
  {
    tries = Infinity,
    budgetMs = Infinity,
    seed = 1,
    now = () => performance.now(),
  }: SearchOptions = {},
): Promise<Scored[]> {
  const random = seededRandom(seed);
  const [first, ...others] = pointsOf(grid);
  const order = others
    .map(point => ({ point, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ point }) => point);
  const begun = now();
  let longest = 0;
  const scored: Scored[] = [];
  for (const candidate of [first!, ...order]) {
    const start = now();
    const late = start - begun + longest > budgetMs;
    if (scored.length > 0 && (late || scored.length >= tries)) break;
    scored.push({ candidate, loss: await lossOf(candidate) });
    longest = Math.max(longest, now() - start);
  }
  return scored.sort((one, other) => one.loss - other.loss);
}
