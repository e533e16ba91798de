import type { Kafka } from 'kafkajs';
import { ensureTopic, largestMessageOf } from '@dolphinstage/task-kit/kafka';
import type { RowFault } from '../checks/row-checks';
import type { Sized } from '../stage/message-size';
import { TopicLimits } from '../stage/topic-limits';

const TOO_LARGE: RowFault = {
  check: 'schema',
  field: '',
  detail: 'is larger than the topic that it is forwarded to takes',
};

/** What is wrong with a row that is to be forwarded to the topic, which is known. */
export function forwardFault(
  limits: TopicLimits,
  topic: string,
  message: Sized,
): RowFault | undefined {
  return limits.takes(topic, message) ? undefined : TOO_LARGE;
}

/**
 * The topics that good rows are written on to. A row that such a topic doesn't take would fail the transaction that has it, again and
 * again: what each takes is known before the first row goes there.
 */
export class ForwardTopics {
  constructor(
    private readonly kafka: Kafka,
    readonly limits = new TopicLimits(kafka),
  ) {}

  /**
   * Makes what topics are missing, for messages as large as those of `from`, and asks what they take. undefined where all is known.
   *
   * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC`, by the promise.
   */
  prepare(topics: readonly string[], from: string): Promise<void> | undefined {
    return this.limits.know(topics, async topic => {
      const largestMessage = await largestMessageOf(this.kafka, from);
      await ensureTopic(this.kafka, { topic, largestMessage });
      return largestMessageOf(this.kafka, topic);
    });
  }
}
