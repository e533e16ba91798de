import { randomUUID } from 'node:crypto';
import { KafkaError } from '@dolphinstage/task-kit/kafka';
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';

/** What is read is there already: a longer wait would only delay the end. */
const FETCH_WAIT_MS = 50;
const FETCH_BYTES = 1024 * 1024;
const IDLE_MS = 60_000;
/** How long a reader may be at one batch before the broker gives it up. */
const SESSION_MS = 60_000;
const BEATS = 200;

/** Offsets from `from` up to and without `to`. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** Which part of a topic is read. */
export interface ReadOptions {
  readonly topic: string;
  /** Only messages of this time and later, in ms since 1970. */
  readonly since?: number;
  /** Only these partitions, and what of them; without it, all that is there when reading begins. */
  readonly ranges?: ReadonlyMap<number, OffsetRange>;
  /** How long nothing may come before reading fails, in ms; 60,000 unless told. */
  readonly idleMs?: number;
  /** All that is wanted of a partition was handed over. */
  readonly onEnd?: (partition: number) => void;
}

/** One reading of a topic's ranges, by a consumer of its own. */
export class TopicRead {
  private readonly consumer: Consumer;
  private readonly next: Map<number, number>;
  private readonly open: Set<number>;
  private alive = Date.now();
  private failed = false;

  constructor(
    kafka: Kafka,
    private readonly options: ReadOptions,
    private readonly ranges: ReadonlyMap<number, OffsetRange>,
    private readonly onMessage: (message: KafkaMessage, partition: number) => void | Promise<void>,
  ) {
    this.next = new Map([...ranges].map(([partition, { from }]) => [partition, from]));
    this.open = new Set(ranges.keys());
    // Nothing is committed: a group of its own is only kafkajs' way of reading at all.
    this.consumer = kafka.consumer({
      groupId: `dolphinstage-quality-read-${randomUUID()}`,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_BYTES,
      sessionTimeout: SESSION_MS,
    });
  }

  async run(): Promise<void> {
    const { consumer } = this;
    const { topic, idleMs = IDLE_MS } = this.options;
    let timer: NodeJS.Timeout | undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        const fail = (error: unknown) => {
          this.failed = true;
          reject(error);
        };
        timer = setInterval(() => {
          if (Date.now() - this.alive > idleMs) fail(readFailed(topic, 'nothing comes any more'));
        }, 1_000);
        consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
          this.place(payload.memberAssignment[topic] ?? []),
        );
        consumer.on(consumer.events.CRASH, ({ payload }) => {
          if (!payload.restart) fail(readFailed(topic, payload.error));
        });
        // Also where a batch held nothing but markers and aborted messages.
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
          this.alive = Date.now();
          if (!this.failed) this.reached(payload.partition, Number(payload.lastOffset) + 1);
          if (this.open.size === 0) resolve();
        });
        consumer
          .run({
            autoCommit: false,
            eachBatch: async ({ batch: { partition, messages }, heartbeat, isStale }) => {
              try {
                for (const [at, message] of messages.entries()) {
                  if (this.failed || isStale()) return;
                  await this.hand(message, partition);
                  if (at % BEATS === 0) await heartbeat();
                }
              } catch (error) {
                fail(error);
              }
            },
          })
          .catch(fail);
      });
    } finally {
      clearInterval(timer);
      await consumer.disconnect().catch(() => {});
    }
  }

  private async hand(message: KafkaMessage, partition: number): Promise<void> {
    const range = this.ranges.get(partition);
    const offset = Number(message.offset);
    if (!range || offset < this.next.get(partition)! || offset >= range.to) return;
    await this.onMessage(message, partition);
    this.next.set(partition, offset + 1);
    this.alive = Date.now();
  }

  /** Joining puts the consumer to the beginning: what was handed over isn't wanted again. */
  private place(assigned: readonly number[]): void {
    const { topic } = this.options;
    for (const partition of assigned) {
      if (this.open.has(partition)) {
        this.consumer.seek({ topic, partition, offset: String(this.next.get(partition)) });
      } else {
        this.consumer.pause([{ topic, partitions: [partition] }]);
      }
    }
  }

  private reached(partition: number, position: number): void {
    const range = this.ranges.get(partition);
    if (!range || !this.open.has(partition) || position <= this.next.get(partition)! - 1) return;
    this.next.set(partition, Math.max(position, this.next.get(partition)!));
    if (position < range.to) return;
    this.open.delete(partition);
    this.options.onEnd?.(partition);
    this.consumer.pause([{ topic: this.options.topic, partitions: [partition] }]);
  }
}

function readFailed(where: string, cause: unknown): KafkaError {
  return new KafkaError('KAFKA_READ', cause instanceof Error ? cause.message : String(cause), {
    where,
    todo: 'Look at the brokers, then try again: reading has changed nothing.',
    cause,
  });
}
