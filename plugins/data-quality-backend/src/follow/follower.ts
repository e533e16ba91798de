import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';

/** A consumer that says nothing for so long has lost Kafka, in ms: fetches come back every second, empty or not. */
const SILENCE_MS = 15_000;
const FETCH_WAIT_MS = 1_000;
/** How long it is waited for before Kafka is tried again, in ms: doubled with each failure in a row. */
const REST_MS = { first: 500, most: 10_000 };
/** Brokers allow no less unless told. A killed portal's place is free after it. */
const SESSION_MS = 6_000;

/** A topic that is followed. */
export interface Followed {
  readonly topic: string;
  /** From when on, in ms before now; from its beginning unless told. */
  readonly backMs?: number;
}

/** What a follower is told. */
export interface FollowerOptions {
  readonly kafka: () => Promise<Kafka>;
  readonly topics: readonly Followed[];
  /** The consumer group. */
  readonly group: string;
  /** Goes on after a restart with what it hadn't got yet; otherwise each start reads all again. */
  readonly remembers: boolean;
  readonly logger: LoggerService;
  /** Throwing means: again later. */
  onMessage(topic: string, message: KafkaMessage): Promise<void> | void;
}

class NotThereError extends Error {
  constructor(topics: readonly string[]) {
    super(`there is no topic ${topics.join(', ')} yet`);
  }
}

/**
 * Follows topics for as long as the portal runs, whatever Kafka does: without it, or without the topics, it tries again by
 * itself. It may hand over a message twice.
 */
export class Follower {
  private readonly ended = new AbortController();
  private running: Promise<void> | undefined;
  private lastContact: number | undefined;
  private failure: string | undefined;
  private told: string | undefined;
  private restMs = REST_MS.first;

  constructor(private readonly options: FollowerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  /** When Kafka has last answered, in ms since 1970; undefined: never since the start. */
  get asOf(): number | undefined {
    return this.lastContact;
  }

  /** Why it isn't read now, for people: no address. Undefined while it is. */
  get problem(): string | undefined {
    if (this.failure !== undefined) return this.failure;
    if (this.lastContact === undefined) return 'Kafka has not answered yet';
    return Date.now() - this.lastContact > SILENCE_MS ? 'Kafka does not answer' : undefined;
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      try {
        await this.follow();
      } catch (error) {
        if (!signal.aborted) this.failed(error);
      }
      await pause(this.restMs, undefined, { signal }).catch(() => {});
      this.restMs = Math.min(2 * this.restMs, REST_MS.most);
    }
  }

  /** Returns when it is stopped. @throws what ended it. */
  private async follow(): Promise<void> {
    const { topics, group, remembers, onMessage } = this.options;
    const { signal } = this.ended;
    const kafka = await this.options.kafka();
    const from = await unless(signal, this.startsOf(kafka));
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: SESSION_MS / 4,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      // It is built anew here, with its places as they are then.
      retry: { restartOnFailure: async () => false },
    });
    const crash = new Promise<never>((_resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    // Looked at below; before that it is nobody's.
    crash.catch(() => {});
    consumer.on(consumer.events.FETCH, () => {
      this.lastContact = Date.now();
      this.restMs = REST_MS.first;
      this.failed(undefined);
    });
    if (!remembers) {
      // Joining puts the consumer back to what is committed, which is nothing.
      consumer.on(consumer.events.GROUP_JOIN, () => seekAll(consumer, from));
    }
    try {
      await unless(signal, Promise.race([consumer.connect(), crash]));
      await consumer.subscribe({ topics: topics.map(({ topic }) => topic), fromBeginning: true });
      await consumer.run({
        autoCommit: remembers,
        ...(remembers ? { autoCommitThreshold: 1 } : {}),
        eachMessage: async ({ topic, partition, message }) => {
          await onMessage(topic, message);
          from.get(topic)?.set(partition, BigInt(message.offset) + 1n);
        },
      });
      await unless(signal, crash);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await consumer.disconnect().catch(() => {});
    }
  }

  /** Where each partition is read from. @throws where Kafka doesn't answer or a topic isn't there. */
  private async startsOf(kafka: Kafka): Promise<Map<string, Map<number, bigint>>> {
    const admin = kafka.admin({ retry: { retries: 1 } });
    await admin.connect();
    try {
      const there = new Set(await admin.listTopics());
      const missing = this.options.topics.filter(({ topic }) => !there.has(topic));
      if (missing.length > 0) throw new NotThereError(missing.map(({ topic }) => topic));
      const starts = new Map<string, Map<number, bigint>>();
      for (const { topic, backMs } of this.options.topics) {
        const offsets =
          backMs === undefined
            ? (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({
                partition,
                offset: low,
              }))
            : await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - backMs);
        starts.set(
          topic,
          new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)])),
        );
      }
      return starts;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  private failed(error: unknown): void {
    const { logger } = this.options;
    if (error instanceof NotThereError) this.failure = 'the stream checker has written nothing yet';
    else this.failure = error === undefined ? undefined : 'Kafka does not answer';
    if (this.failure === this.told) return;
    this.told = this.failure;
    // The one place that says where it failed: people who look get no addresses.
    if (error === undefined) logger.info('data quality: Kafka is read');
    else logger.warn(`data quality: ${(error as Error).message}; it is tried again by itself`);
  }
}

/** Rejects when the signal comes first: attempts to connect take their time. */
async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  // Of what is left behind nobody asks how it ends.
  work.catch(() => {});
  const ended = new AbortController();
  try {
    signal.throwIfAborted();
    const stopped = once(signal, 'abort', { signal: ended.signal });
    stopped.catch(() => {});
    await Promise.race([work, stopped]);
    signal.throwIfAborted();
    return await work;
  } finally {
    ended.abort();
  }
}

function seekAll(consumer: Consumer, from: ReadonlyMap<string, ReadonlyMap<number, bigint>>): void {
  for (const [topic, partitions] of from) {
    for (const [partition, offset] of partitions) {
      consumer.seek({ topic, partition, offset: String(offset) });
    }
  }
}
