import { setTimeout as pauseFor } from 'node:timers/promises';
import type { Kafka, KafkaMessage, PartitionOffset, Producer, TopicMessages } from 'kafkajs';
import {
  createProducer,
  endTransactions,
  type TransactionTraces,
} from '@dolphinstage/task-kit/kafka';
import { headersOf, Journal, spanOf } from './journal';
import type { Offsets } from './offsets';
import { pieces } from './pieces';
import { takeOver } from './take-over';
import type { LogEnd, OutputRecord, PartitionWork } from './work';

/** A transaction that a dead process has left open is ended by the broker after this; a successor ends it at once. */
const TRANSACTION_MS = 10_000;
const OPENED = 'opened';

/** kafkajs passes the metadata on, but its types don't have it. */
type CommittedOffset = PartitionOffset & { readonly metadata?: string };

/** A topic that is read before a partition goes on, up to an offset. */
interface ToRead {
  readonly topic: string;
  /** Of our own record, or of one after it where that has been compacted: who came later has replaced it. */
  readonly last: number;
}

/** What a partition of a stage belongs to. */
export interface PartitionPlace {
  readonly kafka: Kafka;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The topic that keeps the partition's state. */
  readonly state?: string;
  /** The topic that keeps the partition's journal. */
  readonly journal?: string;
  /** All that is written to. */
  readonly outputs: TransactionTraces['topics'];
}

/**
 * One partition in one process: reads in order, writes in transactions of its own producer. The producer's transactional id is
 * the partition's: whoever opens it next makes what a slow predecessor still tries fail (KIP-98), so that two never count the same.
 */
export class StagePartition {
  /** The offset that is read next. */
  read: number;
  /** The offset of the first message that is new. */
  readonly begin: number;
  end: LogEnd | undefined;
  /** Where in {@link reads} it is read on. */
  restoreFrom: number;
  private journal = new Journal();
  private written: number;
  /** Whether `written` is to be committed though nothing was read. */
  private isFloating: boolean;
  private flushing: Promise<void> | undefined;
  private flushedAt = Date.now();
  private closed = false;

  private constructor(
    private readonly place: PartitionPlace,
    private readonly producer: Producer,
    private readonly makeWork: () => PartitionWork,
    public work: PartitionWork,
    private readonly from: Offsets,
    /** What is still to be read before it goes on: the journal, the state. */
    private readonly toRead: ToRead[],
  ) {
    this.begin = from.begin;
    this.written = from.begin;
    this.isFloating = from.isFloating ?? false;
    this.read = this.back(this.work.lookBack);
    this.restoreFrom = this.reads === place.journal ? (from.journal ?? 0) : 0;
  }

  /** Takes the partition over from whoever had it. */
  static async open(
    place: PartitionPlace,
    makeWork: () => PartitionWork,
    offsets: () => Promise<Offsets>,
  ): Promise<StagePartition> {
    const { kafka, group, topic, partition, state, journal, outputs } = place;
    const id = {
      transactionalId: `${group}.${topic}.${partition}`,
      transactionTimeout: TRANSACTION_MS,
    };
    const producer = createProducer(kafka, {
      ...id,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    try {
      const connected = await Promise.allSettled([
        producer.connect(),
        endTransactions(kafka, { ...id, group, topics: outputs }),
      ]);
      for (const one of connected) if (one.status === 'rejected') throw one.reason;
      await takeOver(producer);
      const from = await offsets();
      const work = makeWork();
      const topics = [
        ...(journal !== undefined && from.journal !== undefined ? [journal] : []),
        ...(state !== undefined && work.restore ? [state] : []),
      ];
      const toRead = topics.length > 0 ? await readUntil(producer, topics, partition) : [];
      return new StagePartition(place, producer, makeWork, work, from, toRead);
    } catch (error) {
      await producer.disconnect().catch(() => {});
      throw error;
    }
  }

  get topic(): string {
    return this.place.topic;
  }

  get partition(): number {
    return this.place.partition;
  }

  /** The topic that is to be read next before it goes on; undefined where none is. */
  get reads(): string | undefined {
    return this.toRead[0]?.topic;
  }

  /** Whether all has been read that it needs to go on. */
  get restored(): boolean {
    return this.toRead.length === 0;
  }

  /** Whether it can go on where this offset is committed: nobody else has gone on since. */
  goesOnAt(committed: number): boolean {
    return committed === this.written;
  }

  /** Until what is being written is written, or has failed. */
  async settled(): Promise<void> {
    await this.flushing?.catch(() => {});
  }

  /** A record of what it {@link reads}. True when it was the last one there. */
  restore(record: KafkaMessage): boolean {
    const { reads, place } = this;
    const offset = Number(record.offset);
    if (offset < this.restoreFrom) return false;
    this.restoreFrom = offset + 1;
    const key = record.key?.toString();
    if (offset >= this.toRead[0]!.last) {
      if (reads === place.journal) this.recalled();
      this.toRead.shift();
      this.restoreFrom = 0;
      return true;
    }
    if (key === OPENED) return false;
    if (reads === place.state) this.work.restore?.(record);
    else if (key === this.topic && this.work.recall?.(record)) {
      this.journal.add(offset, spanOf(record.headers));
    }
    return false;
  }

  /** What the journal hasn't told is read again. */
  private recalled(): void {
    const { lookBack, warmUp = lookBack } = this.work;
    const told = this.journal.reaching({ from: this.back(lookBack), to: this.begin });
    if (told !== undefined) {
      this.read = this.back(warmUp);
      return;
    }
    this.work.close();
    this.work = this.makeWork();
    this.journal = new Journal();
  }

  /** So many messages before the first new one, as far as they are there. */
  private back(messages: number): number {
    return Math.max(this.from.low, this.begin - messages);
  }

  /** False when the message isn't taken: the work reads no further. */
  handle(message: KafkaMessage): boolean {
    if (this.work.stopped || this.work.outdated) return false;
    const offset = Number(message.offset);
    if (offset < this.read) return true;
    if (offset < this.begin) this.work.remember(message);
    else this.work.process(message);
    this.read = offset + 1;
    return true;
  }

  /** All up to here was read, whatever of it there was to hand over. */
  skipTo(offset: number): void {
    this.read = Math.max(this.read, offset);
  }

  /** What is missing before it goes on with what is new; undefined where nothing is. */
  get waitsFor(): string | undefined {
    if (!this.restored) return 'reading its state';
    return this.read < this.begin ? 'reading again what its state was made of' : undefined;
  }

  /** Until when everything written has been processed, in ms since 1970; undefined while it lags or hasn't been asked. */
  get completeUntil(): number | undefined {
    if (!this.end || !this.restored || this.read < this.begin) return undefined;
    return this.read >= this.end.high ? this.end.askedAt : undefined;
  }

  get lag(): number | undefined {
    return this.end && Math.max(0, this.end.high - Math.max(this.read, this.begin));
  }

  /**
   * Writes what the work has, if it is time to.
   *
   * @param every - how long what isn't urgent may wait, in ms.
   */
  async flush(every: number): Promise<void> {
    if (this.flushing) {
      await this.flushing;
      return;
    }
    if (!this.work.urgent && !this.work.full && Date.now() - this.flushedAt < every) return;
    await this.flushOnce(false);
  }

  /**
   * Writes what the work has, and what is to be known by who goes on. Nothing may be handed over any more.
   *
   * @param settleMs - how long is waited for what the work has begun elsewhere.
   */
  async flushLast(settleMs: number): Promise<void> {
    await this.flushing;
    await this.settleWork(settleMs);
    await this.flushOnce(true);
  }

  private async settleWork(mostMs: number): Promise<void> {
    const settling = this.work.settle?.();
    if (!settling) return;
    const ended = new AbortController();
    try {
      await Promise.race([settling, pauseFor(mostMs, undefined, { signal: ended.signal })]);
    } finally {
      ended.abort();
    }
  }

  private async flushOnce(last: boolean): Promise<void> {
    if (this.closed || !this.restored || this.read < this.begin) return;
    this.flushing = this.write(last);
    try {
      await this.flushing;
    } finally {
      this.flushing = undefined;
    }
  }

  private async write(last: boolean): Promise<void> {
    const read = this.read;
    const span = { from: this.written, to: read };
    const facts = { now: Date.now(), completeUntil: this.completeUntil, span, last };
    const records = this.work.flush(facts);
    const offset = this.work.keptFrom ?? read;
    this.flushedAt = Date.now();
    const moves = offset !== this.written || this.isFloating;
    if (records.length === 0 && !moves) return;
    const { group, topic, partition, journal } = this.place;
    const transaction = await this.producer.transaction();
    const small = pieces(
      records,
      record => record,
      ({ mostBytes }) => mostBytes,
    );
    for (const piece of small) {
      const sent = await transaction.sendBatch({ acks: -1, topicMessages: byTopic(piece) });
      if (journal !== undefined) this.journal.written(piece, sent, { topic: journal, partition });
    }
    if (moves) {
      const told = this.journal.reaching({
        from: Math.max(this.from.low, offset - this.work.lookBack),
        to: offset,
      });
      const committed: CommittedOffset = {
        partition,
        offset: String(offset),
        ...(told === undefined ? {} : { metadata: String(told) }),
      };
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic, partitions: [committed] }],
      });
    }
    await transaction.commit();
    this.written = offset;
    this.isFloating = false;
    this.work.flushed();
  }

  /** Lets go of it: what isn't written yet is the successor's to do again. */
  async close(): Promise<void> {
    this.closed = true;
    this.work.close();
    await this.settled();
    await this.producer.disconnect().catch(() => {});
  }
}

/** Writes a record of our own to each topic, so that there is one after all that is to be read. */
async function readUntil(
  producer: Producer,
  topics: readonly string[],
  partition: number,
): Promise<ToRead[]> {
  const transaction = await producer.transaction();
  const messages = [{ partition, key: OPENED, value: new Date().toISOString() }];
  const sent = await transaction.sendBatch({
    acks: -1,
    topicMessages: topics.map(topic => ({ topic, messages })),
  });
  await transaction.commit();
  return topics.map(topic => {
    const { baseOffset = '-1' } = sent.find(({ topicName }) => topicName === topic) ?? {};
    if (Number(baseOffset) < 0) throw new Error(`${topic}: the broker doesn't say what it wrote`);
    return { topic, last: Number(baseOffset) };
  });
}

function byTopic(records: readonly OutputRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const { topic, key, value, partition, headers, tells } of records) {
    const of = topics.get(topic) ?? { topic, messages: [] };
    topics.set(topic, of);
    of.messages.push({
      key,
      value,
      partition,
      headers: tells ? headersOf(tells) : headers && { ...headers },
    });
  }
  return [...topics.values()];
}
