import type { Kafka } from 'kafkajs';
import { ensureTopic, largestMessageOf } from '@dolphinstage/task-kit/kafka';
import type { RowFault } from '../checks/row-checks';
import { bytesOf, type Sized } from '../stage/message-size';

/** What a batch of one record needs beside the record's key, value and headers, and something to spare, in bytes. */
const BATCH_BYTES = 512;
/** Somebody may change what a topic takes: it is asked for again after so long, in ms. */
const KNOWN_MS = 60_000;
const TOO_LARGE: RowFault = {
  check: 'schema',
  field: '',
  detail: 'is larger than the topic that it is forwarded to takes',
};

interface Known {
  readonly bytes: number;
  readonly until: number;
}

/**
 * The topics that good rows are written on to. A row that such a topic doesn't take would fail the transaction that has it, again and
 * again: what each takes is known before the first row goes there.
 */
export class ForwardTopics {
  private readonly known = new Map<string, Known>();
  private readonly asked = new Map<string, Promise<void>>();

  /** @param options - `make`: whether topics that are missing are made; true unless told. */
  constructor(
    private readonly kafka: Kafka,
    private readonly options: { readonly make?: boolean } = {},
  ) {}

  /**
   * Makes what topics are missing, for messages as large as those of `from`, and asks what they take. undefined where all is known.
   *
   * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC`, by the promise.
   */
  prepare(topics: readonly string[], from: string): Promise<void> | undefined {
    const lacking = topics.filter(topic => !this.known.has(topic));
    for (const topic of topics) {
      const { until = Number.POSITIVE_INFINITY } = this.known.get(topic) ?? {};
      // Meanwhile what was known is good enough.
      if (until <= Date.now()) void this.ask(topic, from).catch(() => {});
    }
    if (lacking.length === 0) return undefined;
    return Promise.all(lacking.map(topic => this.ask(topic, from))).then(() => undefined);
  }

  /** The largest batch that the topic, which is known, takes, in bytes. */
  largestOf(topic: string): number {
    return (this.known.get(topic)?.bytes ?? 0) - BATCH_BYTES;
  }

  /** What is wrong with a row that the topic doesn't take. */
  faultOf(topic: string, message: Sized): RowFault | undefined {
    return bytesOf(message) <= this.largestOf(topic) ? undefined : TOO_LARGE;
  }

  /** Once for all partitions that ask at the same time. */
  private ask(topic: string, from: string): Promise<void> {
    const asking = this.asked.get(topic) ?? this.learn(topic, from);
    this.asked.set(topic, asking);
    return asking.finally(() => this.asked.delete(topic));
  }

  private async learn(topic: string, from: string): Promise<void> {
    const { kafka } = this;
    const { make = true } = this.options;
    const largestMessage = await largestMessageOf(kafka, from);
    if (make) await ensureTopic(kafka, { topic, largestMessage });
    const bytes = await largestMessageOf(kafka, topic).catch((error: unknown) => {
      // One that isn't there would be made like that.
      if (make) throw error;
      return largestMessage;
    });
    this.known.set(topic, { bytes, until: Date.now() + KNOWN_MS });
  }
}
