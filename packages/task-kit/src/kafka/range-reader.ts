import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf, unreachable } from './client';
import { KafkaError } from './errors';
import { MessageQueue, type ReadMessage } from './message-queue';
import { topicRanges, type PartitionRange } from './topic';
import type { OffsetRange } from './block-sink';
import { decompress, isCompressed } from './zstd';

/** What one fetch may bring, in bytes as they stand in the log: memory against round trips. */
const FETCH_BYTES = 2 * 1024 * 1024;
/** What may wait for the reader, in bytes, before fetching stops; one fetch comes on top. */
const AHEAD_BYTES = 4 * 1024 * 1024;
/** What is read is there already: a longer wait would only delay the start and the end. */
const FETCH_WAIT_MS = 20;
const DEFAULT_IDLE_SECONDS = 60;

/** @public */
export interface ReaderOptions {
  topic: string;
  /** How long nothing may come, in seconds, before reading fails; 60 unless told. */
  idleSeconds?: number;
}

interface CurrentRange extends OffsetRange {
  readonly partition: number;
  /** The offset that the log has to bring next. */
  next: bigint;
  readonly ahead: MessageQueue;
}

/**
 * Reads ranges of offsets, message by message, a few megabytes ahead of its reader. It commits nothing to
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
        if (!payload.restart) reader.current?.ahead.fail(readFailed(options.topic, payload.error));
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
    const ahead = new MessageQueue(AHEAD_BYTES);
    this.current = { ...range, partition, next: range.from, ahead };
    try {
      this.consumer.seek({ topic, partition, offset: range.from.toString() });
      this.consumer.resume(here);
      for (let offset = range.from; offset < range.to; offset++) {
        await onMessage(await ahead.take(this.idleMs, () => this.silent()));
      }
    } finally {
      this.current = undefined;
      ahead.close();
      this.consumer.pause(here);
    }
  }

  async close(): Promise<void> {
    this.current?.ahead.fail(readFailed(this.options.topic, 'closed'));
    await this.consumer.disconnect();
  }

  private async batch({
    batch,
    heartbeat,
    resolveOffset,
    isStale,
    pause,
  }: EachBatchPayload): Promise<void> {
    for (const message of batch.messages) {
      const { current } = this;
      if (!current || batch.partition !== current.partition || isStale()) return;
      if (current.next >= current.to) return;
      const offset = BigInt(message.offset);
      if (offset < current.next) continue;
      if (offset > current.next) {
        const what = `offset ${current.next} is gone, ${offset} is next`;
        current.ahead.fail(lost(this.options.topic, what));
        return;
      }
      current.next = offset + 1n;
      resolveOffset(message.offset);
      // At once: what comes next is not wanted, and would be fetched again and again.
      if (current.next >= current.to) pause();
      const value = await this.unpacked(offset, message.value ?? Buffer.alloc(0));
      if (value instanceof Error) current.ahead.fail(value);
      else await current.ahead.put({ offset, value });
      await heartbeat();
    }
  }

  /** What a sink was given; anything else as it stands in the log. */
  private async unpacked(offset: bigint, value: Buffer): Promise<Buffer | KafkaError> {
    if (!isCompressed(value)) return value;
    return decompress(value).catch((cause: Error) =>
      lost(this.options.topic, `offset ${offset} can't be decompressed: ${cause.message}`),
    );
  }

  private get idleMs(): number {
    return (this.options.idleSeconds ?? DEFAULT_IDLE_SECONDS) * 1000;
  }

  private silent(): KafkaError {
    return readFailed(this.options.topic, `no message within ${this.idleMs / 1000} s`);
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
