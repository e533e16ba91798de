import {
  applyCalibration,
  fitCalibration,
  type Calibration,
  type CalibrationMethod,
} from '../calibrate/calibration';
import type { ClassLabel, FeatureColumn, FeatureSignature } from '../data/columns';
import { classNumbers, type GivenLabel } from '../data/labels';
import { ForestError } from '../errors';
import { mostProbable } from '../metrics';
import { Forest } from './forest';
import type { ForestArrays } from './trees';

/** How well rows are told apart by trees that weren't grown on them. @public */
export interface ClassifierScore {
  /** Rows that were scored: those that some tree wasn't grown on. */
  rows: number;
  accuracy: number;
  /** Mean of −ln(probability of the row's class). */
  logLoss: number;
  /** Area under the ROC curve; of two classes only. */
  auc?: number;
}

/** Out-of-bag rows, kept while the forest is in memory for {@link ForestClassifier.calibrated}. @internal */
export interface OutOfBagRows {
  /** Raw probabilities of the rows that were scored, row after row. */
  raw: Float32Array;
  labels: Uint8Array;
}

/** What a classifier is made of. @internal */
export interface ClassifierParts {
  signature: readonly FeatureSignature[];
  arrays: ForestArrays;
  classes: readonly ClassLabel[];
  calibration?: Calibration;
  outOfBag?: ClassifierScore;
  outOfBagRows?: OutOfBagRows;
}

/**
 * A forest that tells classes apart.
 *
 * @public
 */
export class ForestClassifier extends Forest {
  readonly kind = 'classifier';
  /** In the order of the probabilities. */
  readonly classes: readonly ClassLabel[];
  /** Of the raw probabilities; there when the training was asked for it. */
  readonly outOfBag: ClassifierScore | undefined;
  /** @internal */
  readonly calibration: Calibration | undefined;
  private readonly outOfBagRows: OutOfBagRows | undefined;

  /** @internal */
  constructor(private readonly parts: ClassifierParts) {
    super(parts.signature, parts.arrays);
    this.classes = parts.classes;
    this.calibration = parts.calibration;
    this.outOfBag = parts.outOfBag;
    this.outOfBagRows = parts.outOfBagRows;
  }

  /** How the probabilities are calibrated, if they are. */
  get calibratedBy(): CalibrationMethod | undefined {
    return this.calibration?.method;
  }

  /**
   * Probabilities, row after row, one for each class in the order of `classes`.
   *
   * @throws ForestError `COLUMN_MISMATCH`, `DATA_EMPTY`, `DATA_RAGGED`, `VALUE_INVALID`.
   */
  probabilities(columns: readonly FeatureColumn[]): Float32Array {
    return this.probabilitiesOf(this.encode(columns));
  }

  /** As {@link ForestClassifier.probabilities}, of rows in the form of {@link Forest.encode}. */
  probabilitiesOf(encoded: Float32Array): Float32Array {
    const raw = this.rawProbabilities(encoded);
    return this.calibration ? applyCalibration(this.calibration, raw, this.classes.length) : raw;
  }

  /**
   * The most probable class of each row; of equally probable ones the first.
   *
   * @throws ForestError `COLUMN_MISMATCH`, `DATA_EMPTY`, `DATA_RAGGED`, `VALUE_INVALID`.
   */
  predict(columns: readonly FeatureColumn[]): ClassLabel[] {
    const probabilities = this.probabilities(columns);
    const classes = this.classes.length;
    return Array.from(
      { length: probabilities.length / classes },
      (_, row) => this.classes[mostProbable(probabilities, row, classes)]!,
    );
  }

  /**
   * The same forest with probabilities that come true as often as they say: a forest's own are pulled to the
   * middle. `isotonic` takes any rising form and wants some thousand rows; `platt` is a sigmoid, for fewer.
   *
   * Without rows of its own it is fitted to the out-of-bag rows of the training, each scored by the trees
   * that haven't seen it. With `columns` and `labels` it is fitted to those: give rows held back.
   *
   * @throws ForestError `NO_OUT_OF_BAG`, and what {@link ForestClassifier.probabilities} throws; `LABEL_INVALID`.
   */
  calibrated(options: {
    method: CalibrationMethod;
    columns?: readonly FeatureColumn[];
    labels?: ArrayLike<GivenLabel>;
  }): ForestClassifier {
    const { raw, labels } = this.calibrationRows(options);
    const calibration = fitCalibration(options.method, raw, labels, this.classes.length);
    return new ForestClassifier({ ...this.parts, calibration });
  }

  private calibrationRows(held: {
    columns?: readonly FeatureColumn[];
    labels?: ArrayLike<GivenLabel>;
  }): OutOfBagRows {
    if (held.columns) {
      const encoded = this.encode(held.columns);
      const rows = encoded.length / this.signature.length;
      return {
        raw: this.rawProbabilities(encoded),
        labels: classNumbers(held.labels ?? [], this.classes, rows),
      };
    }
    if (this.outOfBagRows) return this.outOfBagRows;
    throw new ForestError('NO_OUT_OF_BAG', 'the forest has no out-of-bag rows to calibrate by', {
      todo: 'Train with outOfBag: true and calibrate before storing it, or give columns and labels held back.',
    });
  }

  private rawProbabilities(encoded: Float32Array): Float32Array {
    return expand(this.means(encoded), this.classes.length);
  }
}

/** Of two classes the trees hold the second's probability alone. @internal */
export function expand(means: Float32Array, classes: number): Float32Array {
  if (classes > 2) return means;
  const probabilities = new Float32Array(2 * means.length);
  means.forEach((mean, row) => {
    probabilities[2 * row] = 1 - mean;
    probabilities[2 * row + 1] = mean;
  });
  return probabilities;
}
