import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type KafkaErrorCode =
  /** No broker answers, or none accepts the account. */
  | 'KAFKA_UNREACHABLE'
  /** The topic isn't there and can't be created. */
  | 'KAFKA_TOPIC'
  /** A message wasn't acknowledged. */
  | 'KAFKA_SEND'
  /** A transaction that was to end hasn't. */
  | 'KAFKA_TRANSACTION'
  /** Messages that were there are gone: deleted by retention, or the topic was deleted. */
  | 'KAFKA_RANGE_LOST'
  /** Reading stopped: nothing came within its limit, or the consumer crashed. */
  | 'KAFKA_READ';

/** @public */
export class KafkaError extends DolphinstageError<KafkaErrorCode> {}
