import { accuracyOf, aucOf, logLossOf } from '@dolphinstage/random-forest';
import {
  calibrationBins,
  calibrationError,
  type CalibrationBin,
} from '../statistics/calibration-error';

/** How well a model tells two classes apart, on rows it hasn't seen. @public */
export interface Scores {
  readonly rows: number;
  /** Share of rows whose more probable class is theirs. */
  readonly accuracy: number;
  /** Area under the ROC curve; null where a class has no rows. */
  readonly auc: number | null;
  /** Mean of −ln(probability of the row's class). */
  readonly logLoss: number;
  /** Expected calibration error, in ten bins of the same width. */
  readonly calibrationError: number;
  /** The reliability diagram. */
  readonly calibration: readonly CalibrationBin[];
}

/** 1 where the model is right: a row is positive when that is more probable than not. */
export function rightOf(probabilities: ArrayLike<number>, positives: ArrayLike<number>): number[] {
  return Array.from({ length: positives.length }, (_, row) =>
    Number(Number(probabilities[row]! > 0.5) === positives[row]),
  );
}

const LEAST_PROBABILITY = 1e-15;

/** Each row's −ln(probability of its class). */
export function lossesOf(probabilities: ArrayLike<number>, positives: ArrayLike<number>): number[] {
  return Array.from({ length: positives.length }, (_, row) => {
    const ofClass = positives[row] ? probabilities[row]! : 1 - probabilities[row]!;
    return -Math.log(Math.max(LEAST_PROBABILITY, ofClass));
  });
}

/**
 * @param probabilities - of the positive class.
 * @param positives - 1 for a row of the positive class, else 0.
 * @public
 */
export function scoresOf(probabilities: ArrayLike<number>, positives: ArrayLike<number>): Scores {
  const both = Float64Array.from({ length: 2 * positives.length }, (_, at) => {
    const positive = probabilities[at >> 1]!;
    return at % 2 ? positive : 1 - positive;
  });
  const auc = aucOf(probabilities, positives);
  return {
    rows: positives.length,
    accuracy: accuracyOf(both, positives),
    auc: Number.isNaN(auc) ? null : auc,
    logLoss: logLossOf(both, positives),
    calibrationError: calibrationError(probabilities, positives),
    calibration: calibrationBins(probabilities, positives),
  };
}
