import type { Kafka, KafkaMessage } from 'kafkajs';
import { ensureTopic, largestMessageOf } from '@dolphinstage/task-kit/kafka';
import { bytesOf } from './message-size';

/** What a batch of one record needs beside the record's key, value and headers, and something to spare, in bytes. */
const BATCH_BYTES = 512;

/**
 * The topics that good rows are written on to. A row that such a topic doesn't take would fail the transaction that has it, again and
 * again: what each takes is known before the first row goes there.
 */
export class ForwardTopics {
  private readonly limits = new Map<string, number>();
  private readonly asked = new Map<string, Promise<void>>();

  constructor(private readonly kafka: Kafka) {}

  /**
   * Makes what topics are missing, for messages as large as those of `from`, and asks what they take. undefined where all is known.
   *
   * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC`, by the promise.
   */
  prepare(topics: readonly string[], from: string): Promise<void> | undefined {
    const lacking = topics.filter(topic => !this.limits.has(topic));
    if (lacking.length === 0) return undefined;
    return Promise.all(lacking.map(topic => this.ask(topic, from))).then(() => undefined);
  }

  /** Whether the topic, which is known, takes the message. */
  takes(topic: string, message: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): boolean {
    return bytesOf(message) + BATCH_BYTES <= (this.limits.get(topic) ?? 0);
  }

  /** Once for all partitions that ask at the same time. */
  private ask(topic: string, from: string): Promise<void> {
    const asking = this.asked.get(topic) ?? this.learn(topic, from);
    this.asked.set(topic, asking);
    return asking.finally(() => this.asked.delete(topic));
  }

  private async learn(topic: string, from: string): Promise<void> {
    const { kafka } = this;
    await ensureTopic(kafka, { topic, largestMessage: await largestMessageOf(kafka, from) });
    this.limits.set(topic, await largestMessageOf(kafka, topic));
  }
}
