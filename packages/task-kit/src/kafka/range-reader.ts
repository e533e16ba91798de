import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf, unreachable } from './client';
import { KafkaError } from './errors';
import { topicRanges, type PartitionRange } from './topic';
import type { OffsetRange } from './block-sink';

/** What one fetch may bring, in bytes: memory against round trips. */
const FETCH_BYTES = 4 * 1024 * 1024;
const FETCH_WAIT_MS = 250;
const DEFAULT_IDLE_SECONDS = 60;

/** @public */
export interface ReaderOptions {
  topic: string;
  /** How long nothing may come, in seconds, before reading fails; 60 unless told. */
  idleSeconds?: number;
}

/** @public */
export interface ReadMessage {
  readonly offset: bigint;
  readonly value: Buffer;
}

interface CurrentRange extends OffsetRange {
  readonly partition: number;
  next: bigint;
  readonly onMessage: (message: ReadMessage) => Promise<void>;
  readonly end: (error?: unknown) => void;
  watch: NodeJS.Timeout;
}

/**
 * Reads ranges of offsets, message by message, never ahead of its reader by more than one fetch. It commits nothing to
 * Kafka: the reader knows how far it is. (A consumer group of its own is only kafkajs' way of reading at all.)
 *
 * @public
 */
export class RangeReader {
  private current: CurrentRange | undefined;

  private constructor(
    private readonly kafka: Kafka,
    private readonly consumer: Consumer,
    private readonly options: ReaderOptions,
  ) {}

  /** @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_RANGE_LOST` when the topic isn't there. */
  static async open(kafka: Kafka, options: ReaderOptions): Promise<RangeReader> {
    const ranges = await topicRanges(kafka, options.topic);
    if (ranges.size === 0) throw lost(options.topic, 'the topic is not there');
    const consumer = kafka.consumer({
      groupId: `dolphinstage-read-${randomUUID()}`,
      allowAutoTopicCreation: false,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: FETCH_BYTES,
      maxWaitTimeInMs: FETCH_WAIT_MS,
    });
    const reader = new RangeReader(kafka, consumer, options);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [options.topic], fromBeginning: true });
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reader.end(readFailed(options.topic, payload.error));
      });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: payload => reader.batch(payload),
      });
    } catch (cause) {
      await consumer.disconnect().catch(() => {});
      throw unreachable(options.topic, cause);
    }
    consumer.pause([{ topic: options.topic, partitions: [...ranges.keys()] }]);
    return reader;
  }

  /**
   * Hands each message of the range to `onMessage`, in order, the next one when it has returned.
   *
   * @throws KafkaError `KAFKA_RANGE_LOST` when some of the range is gone, `KAFKA_READ`; and what `onMessage` throws.
   */
  async read(
    partition: number,
    range: OffsetRange,
    onMessage: (message: ReadMessage) => Promise<void>,
  ): Promise<void> {
    const { topic } = this.options;
    this.requireRange(range, (await topicRanges(this.kafka, topic)).get(partition));
    const here = [{ topic, partitions: [partition] }];
    try {
      await new Promise<void>((resolve, reject) => {
        this.current = {
          ...range,
          partition,
          next: range.from,
          onMessage,
          end: error => (error === undefined ? resolve() : reject(error)),
          watch: this.watch(),
        };
        this.consumer.seek({ topic, partition, offset: range.from.toString() });
        this.consumer.resume(here);
      });
    } finally {
      this.consumer.pause(here);
    }
  }

  async close(): Promise<void> {
    this.end(readFailed(this.options.topic, 'closed'));
    await this.consumer.disconnect();
  }

  private async batch({
    batch,
    heartbeat,
    resolveOffset,
    isStale,
  }: EachBatchPayload): Promise<void> {
    for (const message of batch.messages) {
      const { current } = this;
      if (!current || batch.partition !== current.partition || isStale()) return;
      const offset = BigInt(message.offset);
      if (offset < current.next) continue;
      if (offset > current.next) {
        this.end(lost(this.options.topic, `offset ${current.next} is gone, ${offset} is next`));
        return;
      }
      try {
        clearTimeout(current.watch);
        await current.onMessage({ offset, value: message.value ?? Buffer.alloc(0) });
        await heartbeat();
      } catch (error) {
        this.end(error);
        return;
      }
      resolveOffset(message.offset);
      current.next = offset + 1n;
      current.watch = this.watch();
      if (current.next >= current.to) {
        this.end();
        return;
      }
    }
  }

  private end(error?: unknown): void {
    const { current } = this;
    this.current = undefined;
    clearTimeout(current?.watch);
    current?.end(error);
  }

  private watch(): NodeJS.Timeout {
    const seconds = this.options.idleSeconds ?? DEFAULT_IDLE_SECONDS;
    return setTimeout(
      () => this.end(readFailed(this.options.topic, `no message within ${seconds} s`)),
      seconds * 1000,
    );
  }

  private requireRange({ from, to }: OffsetRange, there: PartitionRange | undefined): void {
    const { topic } = this.options;
    if (!there) throw lost(topic, 'the topic or its partition is gone');
    if (from < there.low || to > there.high) {
      throw lost(
        topic,
        `offsets ${from} to ${to} were written, ${there.low} to ${there.high} are there`,
      );
    }
  }
}

function lost(topic: string, what: string): KafkaError {
  return new KafkaError('KAFKA_RANGE_LOST', what, {
    where: topic,
    todo: 'Extract again: the cursor still stands where the last loaded extraction ended.',
  });
}

function readFailed(topic: string, cause: unknown): KafkaError {
  return new KafkaError('KAFKA_READ', messageOf(cause), {
    where: topic,
    todo: 'Run the task again: it goes on after what it has committed.',
    cause,
  });
}
