import type { FeatureColumn, FeatureSignature } from '../data/columns';
import { encodeForPrediction, rowMajor, type EncodedColumns } from '../data/encode';
import { categoricalFlags, predictMeans, type ForestArrays } from './trees';

/**
 * What every forest can do.
 *
 * @public
 */
export abstract class Forest {
  /** The columns it was trained with, in the order of the exported graph's input. */
  readonly signature: readonly FeatureSignature[];
  /** @internal */
  readonly arrays: ForestArrays;
  private readonly categorical: Uint8Array;

  /** @internal */
  protected constructor(signature: readonly FeatureSignature[], arrays: ForestArrays) {
    this.signature = signature;
    this.arrays = arrays;
    this.categorical = categoricalFlags(signature);
  }

  /** Number of trees. */
  get trees(): number {
    return this.arrays.nodes.length - 1;
  }

  /** Nodes of all trees, leaves included. */
  get nodes(): number {
    return this.arrays.feature.length;
  }

  /**
   * Rows as the exported graph takes them: 32-bit floats, row after row, in the order of the signature.
   * Categories by their codes; −1 for one that training hasn't seen.
   *
   * @param columns - found by name, in any order; others are ignored.
   * @throws ForestError `COLUMN_MISMATCH`, `DATA_EMPTY`, `DATA_RAGGED`, `VALUE_INVALID`.
   */
  encode(columns: readonly FeatureColumn[]): Float32Array {
    return rowMajor(encodeForPrediction(columns, this.signature));
  }

  /** Encoded columns of rows to predict from. @internal */
  encodeColumns(columns: readonly FeatureColumn[]): EncodedColumns {
    return encodeForPrediction(columns, this.signature);
  }

  /** The trees' means for rows in the form of {@link Forest.encode}. @internal */
  means(encoded: Float32Array): Float32Array {
    const width = this.signature.length;
    const source = { data: encoded, rowStep: width, featureStep: 1 };
    return predictMeans(this.arrays, this.categorical, source, encoded.length / width);
  }
}
