import type { Kafka, Message, Producer, TopicMessages, Transaction } from 'kafkajs';
import { largestMessageOf } from '@dolphinstage/task-kit/kafka';
import { forwardFault } from '../check/forward-topics';
import type { RowFault } from '../checks/row-checks';
import type { ContractSet } from '../contract-folder';
import { QualityError } from '../errors';
import { readTopic } from '../reading/read-topic';
import { bytesOf } from '../stage/message-size';
import { pieces } from '../stage/pieces';
import { TopicLimits } from '../stage/topic-limits';
import { TOPICS, type QualityTopics } from '../topics';
import { Originals, type Original } from './original';
import {
  fits,
  originKey,
  readQuarantined,
  REPLAY_HEADER,
  type QuarantinedRow,
  type QuarantineFilter,
} from './quarantined-row';
import { Replays } from './replays';

/** One transaction writes at most so much, for brokers and memory. */
const TRANSACTION = { rows: 500, bytes: 4 * 1024 * 1024 };
/** What brokers say to a producer whose transactional id another one has taken. */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_TXN_STATE']);

/** @public */
export interface ReplayOptions extends QuarantineFilter {
  readonly topics?: QualityTopics;
  /** Only these rows. With none of `ids`, `dataset`, `check` and `since`, all are meant. */
  readonly ids?: readonly string[];
  /** Who wants it; it is kept with each row. */
  readonly by: string;
  /** Only says what would be done. */
  readonly dryRun?: boolean;
  /** Rows are checked by these first, and those that are still bad stay where they are. */
  readonly contracts?: ContractSet;
}

/** @public */
export interface ReplayResult {
  /** The ids of the rows that were written to their topics again (`dryRun`: that would be). */
  readonly replayed: readonly string[];
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
  /** Rows that the contracts in force don't accept either. */
  readonly stillBad: readonly {
    readonly id: string;
    readonly check: string;
    readonly field: string;
    readonly detail: string;
  }[];
}

interface Ready {
  readonly row: QuarantinedRow;
  /** The row as it is written again. */
  readonly replay: Original;
}

/** One replay: reads the quarantine, and writes what is wanted of it. */
export class ReplayRun {
  private readonly topics: QualityTopics;
  private readonly originals: Originals;
  /** What topics take: those that rows go back to, and on to. */
  private readonly limits: TopicLimits;
  private readonly replayed: string[] = [];
  private readonly skipped: { id: string; reason: string }[] = [];
  private readonly stillBad: ReplayResult['stillBad'][number][] = [];
  private ready: Ready[] = [];
  private readyBytes = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: ReplayOptions,
    private readonly producer: Producer | undefined,
  ) {
    this.topics = options.topics ?? TOPICS;
    this.originals = new Originals(kafka);
    this.limits = new TopicLimits(kafka);
  }

  async run(): Promise<ReplayResult> {
    const { topics, options } = this;
    const replays = await Replays.read(this.kafka, topics.replays);
    const wanted = options.ids && new Set(options.ids);
    const seen = new Set<string>();
    await readTopic(
      this.kafka,
      { topic: topics.quarantine, since: options.since },
      async (message, partition) => {
        const row = readQuarantined(message, partition);
        if (!row || !fits(row, options)) return;
        if (wanted && !wanted.delete(row.id)) return;
        if (seen.has(originKey(row.origin))) return;
        seen.add(originKey(row.origin));
        const before = replays.of(row);
        if (before) this.skip(row.id, `replayed at ${new Date(before.at).toISOString()}`);
        else await this.take(row);
      },
    );
    for (const id of wanted ?? []) this.skip(id, 'the quarantine has no such row');
    await this.write();
    const { replayed, skipped, stillBad } = this;
    return { replayed, skipped, stillBad };
  }

  private skip(id: string, reason: string): void {
    this.skipped.push({ id, reason });
  }

  private async take(row: QuarantinedRow): Promise<void> {
    const original = await this.originals.of(row);
    if (!original) {
      this.skip(row.id, `it was too large for a copy, and ${row.origin.topic} has it no more`);
      return;
    }
    const { topic } = row.origin;
    // As it will be: the mark that it has come again counts, too.
    const headers = { ...original.headers, [REPLAY_HEADER]: Buffer.from(row.id) };
    const replay = { ...original, headers };
    const bytes = bytesOf(replay);
    await this.limits.know([topic]);
    if (!this.limits.takes(topic, replay)) {
      this.skip(row.id, `it is larger than ${topic} takes now`);
      return;
    }
    const { contracts } = this.options;
    if (contracts && !(await this.passes(row, replay, contracts))) return;
    if (this.ready.length >= TRANSACTION.rows || this.readyBytes + bytes > TRANSACTION.bytes) {
      await this.write();
    }
    this.ready.push({ row, replay });
    this.readyBytes += bytes;
  }

  private async passes(
    row: QuarantinedRow,
    replay: Original,
    contracts: ContractSet,
  ): Promise<boolean> {
    const { topic } = row.origin;
    const checks = contracts.topics.get(topic);
    await checks?.prepare([replay]);
    const read = checks?.read(replay);
    if (!read) {
      this.skip(row.id, `no contract of ${row.dataset} reads ${topic}`);
      return false;
    }
    const { forward } = read.contract;
    const fault = read.fault ?? (await this.tooLarge(replay, topic, forward));
    if (!fault) return true;
    const { check, field, detail } = fault;
    this.stillBad.push({ id: row.id, check, field, detail });
    return false;
  }

  private async tooLarge(
    replay: Original,
    topic: string,
    forward: string | undefined,
  ): Promise<RowFault | undefined> {
    if (forward === undefined) return undefined;
    // The checker makes one that is missing, for messages as large as those of the rows' own topic.
    await this.limits.know([forward], asked =>
      largestMessageOf(this.kafka, asked).catch(() => largestMessageOf(this.kafka, topic)),
    );
    return forwardFault(this.limits, forward, replay);
  }

  private async write(): Promise<void> {
    const { ready, producer, topics } = this;
    this.ready = [];
    this.readyBytes = 0;
    if (ready.length === 0) return;
    if (producer) {
      const replayed = { at: Date.now(), by: this.options.by };
      const markers = ready.map(({ row }) => Replays.marker(row, replayed));
      const pieced = pieces(
        ready,
        ({ replay }) => replay,
        ({ row }) => this.limits.largestOf(row.origin.topic),
      ).map(originals);
      await commit(producer, [...pieced, [{ topic: topics.replays, messages: markers }]]);
    }
    this.replayed.push(...ready.map(({ row }) => row.id));
  }
}

function originals(ready: readonly Ready[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const { row, replay } of ready) {
    const { origin } = row;
    const messages = byTopic.get(origin.topic) ?? [];
    byTopic.set(origin.topic, messages);
    // Its own partition, where the rows of its series and its duplicates are.
    messages.push({ ...replay, partition: origin.partition, headers: { ...replay.headers } });
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

/** @param pieced - what may go in one request each. */
async function commit(producer: Producer, pieced: readonly TopicMessages[][]): Promise<void> {
  let transaction: Transaction | undefined;
  try {
    transaction = await producer.transaction();
    for (const topicMessages of pieced) await transaction.sendBatch({ acks: -1, topicMessages });
    await transaction.commit();
  } catch (cause) {
    // Else who reads the topic waits until it is ended by the broker.
    if (transaction?.isActive()) await transaction.abort().catch(() => {});
    if (!FENCED.has(typeOf(cause))) throw cause;
    throw new QualityError('REPLAY_TAKEN_OVER', 'somebody else has begun to replay', {
      todo: 'See what that has done, then replay again: rows that were replayed are left out.',
      cause,
    });
  }
}

function typeOf(error: unknown): string {
  const { type, cause } = error as { type?: string; cause?: unknown };
  return type ?? (cause ? typeOf(cause) : '');
}
