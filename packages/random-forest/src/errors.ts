import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type ForestErrorCode =
  /** An option is outside its range. */
  | 'OPTION_INVALID'
  /** There are no rows, or no columns. */
  | 'DATA_EMPTY'
  /** Columns, or columns and labels, differ in length. */
  | 'DATA_RAGGED'
  /** A value isn't of its column's kind: a text or an infinity in a numeric column. */
  | 'VALUE_INVALID'
  /** Two columns have one name. */
  | 'COLUMN_DUPLICATE'
  /** Columns to predict from aren't those that the forest was trained with. */
  | 'COLUMN_MISMATCH'
  /** A label is missing or isn't a number, a text or a truth value. */
  | 'LABEL_INVALID'
  /** All labels are the same: there is nothing to tell apart. */
  | 'ONE_CLASS'
  /** More classes than the forest can hold. */
  | 'TOO_MANY_CLASSES'
  /** A categorical column has more categories than allowed. */
  | 'TOO_MANY_CATEGORIES'
  /** No column has two different values. */
  | 'CONSTANT_FEATURES'
  /** It rests on out-of-bag rows, and there are none or they weren't asked for. */
  | 'NO_OUT_OF_BAG'
  /** A worker thread ended with an error or was ended from outside. */
  | 'WORKER_FAILED'
  /** The caller's signal was aborted. */
  | 'STOPPED'
  /** The bytes aren't a forest, or not all of one. */
  | 'MODEL_CORRUPT'
  /** The forest is larger than an ONNX file can be. */
  | 'ONNX_TOO_LARGE';

/** What the random forest says no with. @public */
export class ForestError extends DolphinstageError<ForestErrorCode> {}
