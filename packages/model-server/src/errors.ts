import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type ServerErrorCode =
  /** An option or the access file says what can't be. */
  | 'SETTINGS_INVALID'
  /** No token, or one that nobody has. */
  | 'UNAUTHENTICATED'
  /** The token's tenant may not ask this model, or there is none of that name. */
  | 'MODEL_UNKNOWN'
  /** The model has no version that could be loaded. */
  | 'MODEL_NOT_LOADED'
  /** The request isn't what the document says. */
  | 'REQUEST_INVALID'
  /** Rows don't fit the model's signature. */
  | 'INPUT_INVALID'
  | 'TOO_MANY_ROWS'
  | 'TOO_LARGE'
  | 'TOO_MANY_REQUESTS'
  /** The model failed on rows that fit its signature. */
  | 'PREDICTION_FAILED';

/** What the model server says no with. @public */
export class ServerError extends DolphinstageError<ServerErrorCode> {}

const STATUS: Record<ServerErrorCode, number> = {
  SETTINGS_INVALID: 500,
  UNAUTHENTICATED: 401,
  MODEL_UNKNOWN: 404,
  MODEL_NOT_LOADED: 503,
  REQUEST_INVALID: 400,
  INPUT_INVALID: 422,
  TOO_MANY_ROWS: 413,
  TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  PREDICTION_FAILED: 500,
};

/** The HTTP status of an error. */
export const statusOf = ({ code }: ServerError): number => STATUS[code];
