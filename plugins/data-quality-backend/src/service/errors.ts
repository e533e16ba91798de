import { ConflictError, InputError, ServiceUnavailableError } from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { KafkaError } from '@dolphinstage/task-kit/kafka';
import { QualityError } from '@dolphinstage/tasks-data-quality';
import { KafkaJSError } from 'kafkajs';

/** Why Kafka can't be asked: with no address, and so without its cause. */
export function unavailable(problem = 'Kafka does not answer'): ServiceUnavailableError {
  return new ServiceUnavailableError(`${problem}; try again in a minute`);
}

/** An error of Kafka's, or of ours, as Backstage answers it. */
export function answerable(error: unknown): unknown {
  if (error instanceof KafkaError || error instanceof KafkaJSError) return unavailable();
  if (error instanceof QualityError && error.code === 'REPLAY_TAKEN_OVER') {
    return new ConflictError(`${error.message}. ${error.todo}`);
  }
  if (isDolphinstageError(error)) return new InputError(`${error.message}. ${error.todo}`);
  return error;
}
