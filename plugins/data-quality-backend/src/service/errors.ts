import { CustomErrorBase, InputError, ServiceUnavailableError } from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { KafkaError } from '@dolphinstage/task-kit/kafka';
import { KafkaJSError } from 'kafkajs';

/** Answered as 504: it was sent, and what has become of it isn't known. */
export class NotKnownError extends CustomErrorBase {
  override name = 'NotKnownError' as const;
  readonly statusCode = 504;
}

/** Why Kafka can't be asked: with no address, and so without its cause. */
export function unavailable(problem = 'Kafka does not answer'): ServiceUnavailableError {
  return new ServiceUnavailableError(`${problem}; try again in a minute`);
}

/** An error of Kafka's, or of ours, as Backstage answers it. */
export function answerable(error: unknown): unknown {
  if (error instanceof KafkaError || error instanceof KafkaJSError) return unavailable();
  if (isDolphinstageError(error)) return new InputError(`${error.message}. ${error.todo}`);
  return error;
}
