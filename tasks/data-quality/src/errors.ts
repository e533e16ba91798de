import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type QualityErrorCode =
  /** A contract isn't one: not JSON, no JSON Schema, or a keyword of ours that doesn't hold. */
  | 'CONTRACT_INVALID'
  /** A folder of contracts has none, or two for the same version of a data set. */
  | 'CONTRACTS_UNUSABLE'
  /** An option that must be there isn't. */
  | 'OPTION_MISSING'
  /** An option names what isn't there. */
  | 'OPTION_INVALID'
  /** The schema registry gives no answer, or refuses the credentials. */
  | 'REGISTRY_AWAY'
  /** A contract's rows are written by schemas of a registry, and none is configured. */
  | 'REGISTRY_MISSING'
  /** Somebody else has begun to replay the quarantine. */
  | 'REPLAY_TAKEN_OVER'
  /** Replicas are missing, lag, or close no windows. */
  | 'REPLICAS_BEHIND';

/** @public */
export class QualityError extends DolphinstageError<QualityErrorCode> {}
