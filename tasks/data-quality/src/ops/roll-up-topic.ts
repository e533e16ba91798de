import type { Checkpoint, Logger, RunCounters } from '@dolphinstage/task-kit';
import type { Kafka } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import { rangesOf, readTopic, type OffsetRange } from '../reading/read-topic';

/** How far a topic is in the database: the next offset of each partition. */
export type RolledUp = Readonly<Record<string, number>>;

export interface RollUp {
  readonly kafka: Kafka;
  readonly db: Pool;
  readonly topic: string;
  readonly checkpoint: Checkpoint<RolledUp>;
  /** Writes rows, given as one JSON array. */
  readonly insert: string;
  /** What of a message goes to the database; undefined where it is none of the checker's. */
  readonly rowOf: (value: Buffer) => unknown;
  /** So many messages go into one transaction. */
  readonly transactionRows: number;
  readonly counters: RunCounters;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Takes what is new on a topic into the database, each message once: rows and offsets are committed together, and whoever opens the
 * checkpoint next fences off a predecessor that still runs.
 *
 * @returns how many rows were written.
 */
export async function rollUpTopic(rollUp: RollUp): Promise<number> {
  const { kafka, topic, checkpoint, transactionRows, counters, signal, log } = rollUp;
  const next: Record<string, number> = { ...checkpoint.value };
  const there = await rangesOf(kafka, { topic });
  const ranges = new Map(
    [...there].map(([partition, range]) => [partition, newIn(range, next[partition])]),
  );
  let rows: unknown[] = [];
  let written = 0;
  const commit = async () => {
    signal.throwIfAborted();
    const batch = rows;
    rows = [];
    written += await write(rollUp, batch, { ...next });
    counters.rowsOut += batch.length;
  };
  const ends = await readTopic(kafka, { topic, ranges }, async ({ value, offset }, partition) => {
    const row = value ? rollUp.rowOf(value) : undefined;
    if (row !== undefined) rows.push(row);
    // It would be there again whenever it is tried.
    else log.warn("skipped what is none of the checker's records", { topic, partition, offset });
    counters.rowsIn += 1;
    next[partition] = Number(offset) + 1;
    if (rows.length >= transactionRows) await commit();
  });
  for (const [partition, end] of ends) next[partition] = end;
  await commit();
  return written;
}

/** What isn't in the database yet; of a topic that was made anew, all. */
function newIn({ from, to }: OffsetRange, next: number | undefined): OffsetRange {
  if (next === undefined || next > to) return { from, to };
  return { from: Math.max(from, next), to };
}

async function write(
  { db, insert, checkpoint }: RollUp,
  rows: readonly unknown[],
  next: RolledUp,
): Promise<number> {
  return inTransaction(db, async client => {
    const { rowCount } =
      rows.length > 0 ? await client.query(insert, [jsonb(rows)]) : { rowCount: 0 };
    await checkpoint.commit(next, client);
    return rowCount ?? 0;
  });
}

/** jsonb takes no NUL and no half of a surrogate pair, which rows of anybody's may have. */
function jsonb(rows: readonly unknown[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
  );
}

async function inTransaction<T>(db: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  // When the connection breaks, its query fails, which is enough; unheard, the event would end the process.
  const ignore = () => {};
  client.on('error', ignore);
  try {
    await client.query('begin');
    const result = await use(client);
    await client.query('commit');
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
