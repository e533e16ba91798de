import type { Kafka } from 'kafkajs';
import { largestMessageOf } from '@dolphinstage/task-kit/kafka';
import { bytesOf, type Sized } from './message-size';

/** What a batch of one record needs beside the record's key, value and headers, and something to spare, in bytes. */
const BATCH_BYTES = 512;
/** Somebody may change what a topic takes: it is asked for again after so long, in ms. */
const KNOWN_MS = 60_000;

interface Known {
  readonly bytes: number;
  readonly until: number;
}

/** How large the messages are that topics take, asked of the broker before something is written there. */
export class TopicLimits {
  private readonly known = new Map<string, Known>();
  private readonly asked = new Map<string, Promise<void>>();

  constructor(private readonly kafka: Kafka) {}

  /**
   * Asks what topics take. undefined where all is known.
   *
   * @param ask - who says it, in bytes; the broker unless told.
   * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC`, by the promise.
   */
  know(
    topics: readonly string[],
    ask = (topic: string) => largestMessageOf(this.kafka, topic),
  ): Promise<void> | undefined {
    const lacking = topics.filter(topic => !this.known.has(topic));
    for (const topic of topics) {
      const { until = Number.POSITIVE_INFINITY } = this.known.get(topic) ?? {};
      // Meanwhile what was known is good enough.
      if (until <= Date.now()) void this.learn(topic, ask).catch(() => {});
    }
    if (lacking.length === 0) return undefined;
    return Promise.all(lacking.map(topic => this.learn(topic, ask))).then(() => undefined);
  }

  /** The largest batch that the topic, which is known, takes, in bytes. */
  largestOf(topic: string): number {
    return (this.known.get(topic)?.bytes ?? 0) - BATCH_BYTES;
  }

  /** Whether the topic, which is known, takes the message. */
  takes(topic: string, message: Sized): boolean {
    return bytesOf(message) <= this.largestOf(topic);
  }

  /** Once for all that ask at the same time. */
  private learn(topic: string, ask: (topic: string) => Promise<number>): Promise<void> {
    const asking = this.asked.get(topic) ?? this.note(topic, ask(topic));
    this.asked.set(topic, asking);
    return asking.finally(() => this.asked.delete(topic));
  }

  private async note(topic: string, asking: Promise<number>): Promise<void> {
    this.known.set(topic, { bytes: await asking, until: Date.now() + KNOWN_MS });
  }
}
