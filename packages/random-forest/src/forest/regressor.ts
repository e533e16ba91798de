import type { FeatureColumn, FeatureSignature } from '../data/columns';
import { Forest } from './forest';
import type { ForestArrays } from './trees';

/** How well rows are estimated by trees that weren't grown on them. @public */
export interface RegressorScore {
  /** Rows that were scored: those that some tree wasn't grown on. */
  rows: number;
  /** Coefficient of determination. */
  r2: number;
  /** Root of the mean squared error, in the targets' unit. */
  rmse: number;
}

/**
 * A forest that estimates numbers.
 *
 * @public
 */
export class ForestRegressor extends Forest {
  readonly kind = 'regressor';
  /** There when the training was asked for it. */
  readonly outOfBag: RegressorScore | undefined;

  /** @internal */
  constructor(parts: {
    signature: readonly FeatureSignature[];
    arrays: ForestArrays;
    outOfBag?: RegressorScore;
  }) {
    super(parts.signature, parts.arrays);
    this.outOfBag = parts.outOfBag;
  }

  /**
   * One estimate a row, as a 32-bit float.
   *
   * @throws ForestError `COLUMN_MISMATCH`, `DATA_EMPTY`, `DATA_RAGGED`, `VALUE_INVALID`.
   */
  predict(columns: readonly FeatureColumn[]): Float32Array {
    return this.means(this.encode(columns));
  }
}
