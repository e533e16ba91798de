/**
 * One column of a data set.
 *
 * @public
 */
export type FeatureColumn = NumericColumn | CategoricalColumn;

/** @public */
export interface NumericColumn {
  /** Unique among the columns. */
  name: string;
  kind: 'numeric';
  /**
   * Taken as 32-bit floats, as scikit-learn and ONNX do: whole numbers are exact up to 2²⁴. `NaN`, `null` and
   * `undefined` are missing values; infinities are refused.
   */
  values: ArrayLike<number | null | undefined>;
}

/** @public */
export interface CategoricalColumn {
  /** Unique among the columns. */
  name: string;
  kind: 'categorical';
  /** `null` and `undefined` are missing, which counts as a category of its own. */
  values: ArrayLike<string | null | undefined>;
}

/** What a class is called. Truth values become `"false"` and `"true"`. @public */
export type ClassLabel = string | number;

/**
 * What a forest expects of a column.
 *
 * @public
 */
export type FeatureSignature =
  | { name: string; kind: 'numeric' }
  | {
      name: string;
      kind: 'categorical';
      /**
       * In the order of their codes 0, 1, …, which is about that of their mean target; a missing value has the
       * next code if training saw one.
       */
      categories: readonly string[];
      /** Training saw missing values. */
      missing: boolean;
    };
