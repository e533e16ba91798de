import betainc from '@stdlib/math-base-special-betainc';

/** The confidence interval of a share by Clopper and Pearson (1934), which holds at least as often as it says. */
export function clopperPearson(
  hits: number,
  trials: number,
  confidence = 0.95,
): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  return {
    // P(X >= hits | share) = I_share(hits, trials - hits + 1), which rises with the share.
    low: hits === 0 ? 0 : shareWhere(share => betainc(share, hits, trials - hits + 1), tail),
    high:
      hits === trials ? 1 : shareWhere(share => betainc(share, hits + 1, trials - hits), 1 - tail),
  };
}

function shareWhere(rising: (share: number) => number, wanted: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
