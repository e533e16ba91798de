import { drifted, type FeatureDrift } from '../gates/judge';
import { binomialTail } from '../statistics/tails';
import type { WatchBounds } from './bounds';

/** A live version over a window. @public */
export interface LiveMeasures {
  readonly version: number;
  /** Rows whose label has come, and how many of them the model had right. */
  readonly labelled: { readonly rows: number; readonly right: number };
  /** Its accuracy on the held-out days, when the gates looked at it. */
  readonly promised: number;
  /** Requests, and those that the server answered with an error of its own; null where nobody counts. */
  readonly requests: {
    readonly count: number;
    readonly errors: number;
    readonly slow: number;
  } | null;
  /** Inputs beside what the version learned from. */
  readonly drift: readonly FeatureDrift[];
  /** Rows that the drift rests on. */
  readonly inputs: number;
}

const share = (value: number) => value.toFixed(4);

/** Why a live version is worse than it may be; empty while all is well, or too little is known. @public */
export function breaches(measures: LiveMeasures, bounds: WatchBounds): string[] {
  const { labelled, promised, requests, drift, inputs } = measures;
  const { alpha, least } = bounds;
  const reasons: string[] = [];
  const bound = promised - bounds.accuracyDrop;
  // So few right, or fewer, of a model that is just good enough.
  const luck = binomialTail(labelled.rows - labelled.right, labelled.rows, 1 - bound);
  if (labelled.rows >= least && luck < alpha) {
    reasons.push(
      `accuracy is ${share(labelled.right / labelled.rows)} on ${labelled.rows} labelled rows; ${share(promised)} was promised, and ${share(bound)} is the least`,
    );
  }
  if (requests && requests.count >= least) {
    const { count, errors, slow } = requests;
    if (binomialTail(errors, count, bounds.errorRate) < alpha) {
      reasons.push(`${errors} of ${count} requests failed; ${bounds.errorRate} of them may`);
    }
    // 99 of 100 within the bound: more than one in a hundred slower ones is a breach.
    if (binomialTail(slow, count, 0.01) < alpha) {
      reasons.push(
        `${slow} of ${count} requests took more than ${bounds.latencyMs} ms; 1 in 100 may`,
      );
    }
  }
  if (inputs >= least) {
    const far = drifted(drift, { psi: bounds.psi, alpha });
    reasons.push(
      ...far.map(
        ({ feature, psi }) =>
          `${feature} has drifted from what the model learned: index ${share(psi)}`,
      ),
    );
  }
  return reasons;
}

/** What is done about it. @public */
export type WatchAction = 'none' | 'rollback' | 'cool-down' | 'nothing-to-return-to';

/** What went before. @public */
export interface WatchHistory {
  /** The version to return to, where there is one. */
  readonly previous: number | null;
  /** Versions that were switched away from because they were bad. */
  readonly condemned: readonly number[];
  /** When something was last switched back, ms since 1970. */
  readonly lastRollback: number | null;
}

/**
 * What to do about a version with breaches. Traffic goes back once: not again before the cool-down is over, and never to a
 * version that it was taken from, so that two bad versions can't hand it to each other.
 *
 * @param now - ms since 1970.
 * @public
 */
export function actionFor(
  reasons: readonly string[],
  { previous, condemned, lastRollback }: WatchHistory,
  { coolDownMinutes }: WatchBounds,
  now: number,
): WatchAction {
  if (reasons.length === 0) return 'none';
  if (lastRollback !== null && now - lastRollback < coolDownMinutes * 60_000) return 'cool-down';
  if (previous === null || condemned.includes(previous)) return 'nothing-to-return-to';
  return 'rollback';
}
