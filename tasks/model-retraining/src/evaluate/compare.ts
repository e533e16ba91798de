import { pairedBootstrap } from '../statistics/bootstrap';
import { delong } from '../statistics/delong';
import { mcnemar } from '../statistics/mcnemar';
import type { PairedComparison } from '../statistics/paired';
import { compareSegments, type SegmentComparison } from '../statistics/segments';
import type { Gates } from '../gates/gates';
import { lossesOf, rightOf, scoresOf, type Scores } from './scores';

/** What is known of a candidate when the gates look at it. @public */
export interface Evaluation {
  readonly candidate: Scores;
  /** The model that is live; null where there is none yet. */
  readonly current: (Scores & { readonly version: number }) | null;
  /** Says for each row the share of positives that training had. */
  readonly baseline: Scores;
  /** Candidate beside the current model; beside the baseline where there is none. */
  readonly comparison: PairedComparison;
  /** By segment, the worst first; empty where there is no current model. */
  readonly segments: readonly SegmentComparison[];
}

/** The held-out rows as each has scored them. @public */
export interface HeldOut {
  readonly positives: ArrayLike<number>;
  /** Probabilities of the positive class. */
  readonly candidate: ArrayLike<number>;
  readonly current: { readonly version: number; readonly probabilities: ArrayLike<number> } | null;
  /** The share of positives in training. */
  readonly baseline: number;
  readonly segments: Readonly<Record<string, ArrayLike<string | null>>>;
}

/** A first model has only the baseline to be better than: by log loss, since that has no order of rows for an AUC. */
function comparisonOf(
  held: HeldOut,
  constant: ArrayLike<number>,
  { better }: Gates,
): PairedComparison {
  const { positives, candidate, current } = held;
  const losses = lossesOf(candidate, positives);
  if (!current) return pairedBootstrap(losses, lossesOf(constant, positives), better);
  const other = current.probabilities;
  if (better.test === 'delong') return delong(candidate, other, positives, better.margin);
  if (better.test === 'mcnemar') {
    return mcnemar(rightOf(candidate, positives), rightOf(other, positives));
  }
  return pairedBootstrap(losses, lossesOf(other, positives), better);
}

/** Compares all on the same rows. @public */
export function evaluate(held: HeldOut, gates: Gates): Evaluation {
  const { positives, candidate, current, baseline, segments } = held;
  const constant = new Float64Array(positives.length).fill(baseline);
  return {
    candidate: scoresOf(candidate, positives),
    current: current && {
      version: current.version,
      ...scoresOf(current.probabilities, positives),
    },
    baseline: scoresOf(constant, positives),
    comparison: comparisonOf(held, constant, gates),
    segments: current
      ? compareSegments(
          rightOf(candidate, positives),
          rightOf(current.probabilities, positives),
          segments,
          gates.segments.leastRows,
        )
      : [],
  };
}
