/** A rising line through points: flat before the first and behind the last. */
export interface IsotonicCurve {
  kind: 'isotonic';
  /** Ascending raw probabilities, 32-bit floats. */
  from: readonly number[];
  /** The calibrated probability at each. */
  to: readonly number[];
}

/**
 * The rising curve with the least squared error (pool adjacent violators: Ayer et al., 1955). Between the
 * blocks' ends it is linear, as scikit-learn's IsotonicRegression is. Unlike there, no probability is 0 or 1:
 * an end where all n rows are alike has 1 / (n + 2) or its complement (Laplace's rule of succession).
 *
 * @param scores - raw probabilities.
 * @param hits - 1 where the row is of the class, else 0.
 */
export function fitIsotonic(scores: ArrayLike<number>, hits: ArrayLike<number>): IsotonicCurve {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row);
  order.sort((a, b) => scores[a]! - scores[b]!);
  // Blocks: first and last score, sum of hits, rows.
  const blocks: { first: number; last: number; sum: number; rows: number }[] = [];
  for (const row of order) {
    const score = scores[row]!;
    const hit = hits[row]!;
    const tied = blocks.at(-1);
    if (tied && tied.first === score) {
      tied.sum += hit;
      tied.rows += 1;
      continue;
    }
    // The last block has all its rows only now.
    pool(blocks);
    blocks.push({ first: score, last: score, sum: hit, rows: 1 });
  }
  pool(blocks);
  const from: number[] = [];
  const to: number[] = [];
  blocks.forEach(({ first, last, sum, rows }, block) => {
    const below = block === 0 ? 0 : to.at(-1)!;
    const next = blocks[block + 1];
    const above = next ? next.sum / next.rows : 1;
    let share = sum / rows;
    if (sum === 0) share = Math.min(1 / (rows + 2), above);
    else if (sum === rows) share = Math.max((rows + 1) / (rows + 2), below);
    from.push(first);
    to.push(share);
    if (last > first) {
      from.push(last);
      to.push(share);
    }
  });
  return { kind: 'isotonic', from, to };
}

/** Joins blocks at the end as long as the last isn't above the one before. */
function pool(blocks: { first: number; last: number; sum: number; rows: number }[]): void {
  for (;;) {
    const last = blocks.at(-1);
    const before = blocks.at(-2);
    if (!last || !before || before.sum * last.rows < last.sum * before.rows) return;
    before.last = last.last;
    before.sum += last.sum;
    before.rows += last.rows;
    blocks.pop();
  }
}

/** The curve's value: the sum of what each of its pieces has risen by. The exported graph adds up the same. */
export function applyIsotonic({ from, to }: IsotonicCurve, score: number): number {
  // The last point at or below the score.
  let low = 0;
  let high = from.length - 1;
  if (score <= from[0]!) return to[0]!;
  if (score >= from[high]!) return to[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= score) low = middle;
    else high = middle;
  }
  const share = (score - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}
