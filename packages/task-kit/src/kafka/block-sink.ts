import type { Kafka, Producer } from 'kafkajs';
import { messageOf, unreachable } from './client';
import { KafkaError } from './errors';
import { createProducer } from './producer';
import { compress } from './zstd';

/** What a sink takes: a message and a way to give its memory back. @public */
export interface SinkMessage {
  readonly bytes: Buffer;
  /** Called once, when nothing reads `bytes` any more. */
  release(): void;
}

/** Where a sink writes. @public */
export interface SinkOptions {
  topic: string;
  partition: number;
  /** The messages' key, for people and other consumers. */
  key: string;
  /** Messages that may wait before {@link BlockSink.offer} says stop; 4 unless told. */
  capacity?: number;
}

/** Offsets from the first message up to and without `to`. @public */
export interface OffsetRange {
  from: bigint;
  to: bigint;
}

/**
 * Sends messages to one partition, one after the other, each acknowledged by all replicas in sync. So they stand in
 * the log in their order; after a lost acknowledgement one may stand there twice.
 *
 * Each message's value is one zstd frame of the bytes, made here and not by Kafka: the next ones are compressed while
 * one is on its way, and the broker doesn't take them apart.
 *
 * @public
 */
export class BlockSink {
  private readonly waiting: Promise<Buffer>[] = [];
  private readonly capacity: number;
  private sending: Promise<void> | undefined;
  private roomWaiters: (() => void)[] = [];
  private failure: Error | undefined;
  private from: bigint | undefined;
  private to = 0n;

  private constructor(
    private readonly producer: Producer,
    private readonly options: SinkOptions,
  ) {
    this.capacity = options.capacity ?? 4;
  }

  /** @throws KafkaError `KAFKA_UNREACHABLE`. */
  static async open(kafka: Kafka, options: SinkOptions): Promise<BlockSink> {
    const producer = createProducer(kafka, {
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
    });
    try {
      await producer.connect();
    } catch (cause) {
      throw unreachable(options.topic, cause);
    }
    return new BlockSink(producer, options);
  }

  /**
   * Takes a message. A false answer asks to wait for {@link BlockSink.room} before the next one.
   */
  offer(message: SinkMessage): boolean {
    const value = compress(message.bytes).finally(() => message.release());
    // Awaited when its turn comes; until then its failure is not unhandled.
    value.catch(() => {});
    this.waiting.push(value);
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
    return this.waiting.length < this.capacity;
  }

  /**
   * Until another message may be offered.
   *
   * @throws KafkaError `KAFKA_SEND`.
   */
  async room(): Promise<void> {
    while (this.waiting.length >= this.capacity) {
      await new Promise<void>(resolve => this.roomWaiters.push(resolve));
    }
    if (this.failure) throw this.failure;
  }

  /**
   * Until no message waits any more.
   *
   * @throws KafkaError `KAFKA_SEND`.
   */
  async drained(): Promise<void> {
    await this.sending;
    if (this.failure) throw this.failure;
  }

  /**
   * Waits for all of them and says where they stand; undefined when there was none.
   *
   * @throws KafkaError `KAFKA_SEND`.
   */
  async range(): Promise<OffsetRange | undefined> {
    await this.drained();
    return this.from === undefined ? undefined : { from: this.from, to: this.to };
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  private async sendAll(): Promise<void> {
    // A turn of the event loop later, so that `sending` is set before this can end.
    await Promise.resolve();
    for (let value = this.waiting[0]; value; value = this.waiting[0]) {
      if (!this.failure) await this.send(value);
      this.waiting.shift();
      for (const waiter of this.roomWaiters.splice(0)) waiter();
    }
  }

  private async send(compressed: Promise<Buffer>): Promise<void> {
    const { topic, partition, key } = this.options;
    try {
      const [sent] = await this.producer.send({
        topic,
        acks: -1,
        messages: [{ key, value: await compressed, partition }],
      });
      // kafkajs drops messages for a partition that isn't there without a word.
      if (sent?.baseOffset === undefined) throw new Error('no broker took it');
      const offset = BigInt(sent.baseOffset);
      this.from ??= offset;
      this.to = offset + 1n;
    } catch (cause) {
      this.failure = new KafkaError('KAFKA_SEND', `not acknowledged: ${messageOf(cause)}`, {
        where: `${topic}, partition ${partition}`,
        todo: 'Look at the brokers; the topic must take messages of 1 MiB.',
        cause,
      });
    }
  }
}
