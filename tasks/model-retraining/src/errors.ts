import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type RetrainingErrorCode =
  /** What a plan says can't be done: a column that isn't there, a gate without its figures. */
  | 'PLAN_INVALID'
  /** The query's answer isn't one row an entity with a label. */
  | 'DATA_INVALID'
  /** The query reads tables past the cut in time. */
  | 'CUT_BYPASSED'
  /** Another process works on this model. */
  | 'MODEL_BUSY'
  /** The step before this one isn't done. */
  | 'STEP_MISSING'
  /** There is no model of that name. */
  | 'MODEL_UNKNOWN'
  /** What is live can't become what was asked for. */
  | 'SWITCH_INVALID'
  /** `models` lacks this pack's tables. */
  | 'MODELS_NOT_READY'
  /** A stored file is missing or isn't what was written. */
  | 'FILE_CORRUPT'
  /** A user's own trainer failed, or left no model. */
  | 'TRAINER_FAILED'
  /** A statistic was asked of numbers that have none. */
  | 'STATISTIC_INVALID'
  /** MLflow can't be reached, or refuses. */
  | 'MLFLOW_UNAVAILABLE'
  | 'MLFLOW_REFUSED';

/** What retraining says no with. A gate that isn't passed is no error. @public */
export class RetrainingError extends DolphinstageError<RetrainingErrorCode> {}
