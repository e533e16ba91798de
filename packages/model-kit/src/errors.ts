import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type ModelErrorCode =
  /** A row lacks a field, or has a value of another kind. */
  | 'DATA_INVALID'
  /** A definition of features contradicts itself. */
  | 'FEATURES_INVALID'
  /** A stored file is missing or isn't what was written. */
  | 'FILE_CORRUPT'
  /** The folder of all stored files can't be read, or not be written. */
  | 'STORE_UNAVAILABLE'
  /** What is stored is whole, and yet no model that can be served. */
  | 'MODEL_INVALID'
  /** Rows don't fit the model's signature: every problem is in the message. */
  | 'INPUT_INVALID';

/** What training and serving say no with. @public */
export class ModelError extends DolphinstageError<ModelErrorCode> {}
