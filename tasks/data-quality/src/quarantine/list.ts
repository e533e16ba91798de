import type { Kafka } from 'kafkajs';
import { rangesOf, readTopic } from '../reading/read-topic';
import { TOPICS, type QualityTopics } from '../topics';
import {
  fits,
  originKey,
  readQuarantined,
  type QuarantinedRow,
  type QuarantineFilter,
} from './quarantined-row';
import { Replays } from './replays';

const LIMIT = 100;

/** @public */
export interface ListQuarantineOptions extends QuarantineFilter {
  readonly topics?: QualityTopics;
  /** How many rows at most, the newest first; 100 unless told. */
  readonly limit?: number;
}

/**
 * The quarantine's rows, the newest first. Their values are as they came: what a contract redacts is in them.
 *
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function listQuarantine(
  kafka: Kafka,
  { topics = TOPICS, limit = LIMIT, ...filter }: ListQuarantineOptions = {},
): Promise<QuarantinedRow[]> {
  const replays = await Replays.read(kafka, topics.replays);
  let rows: QuarantinedRow[] = [];
  const seen = new Set<string>();
  const newest = () =>
    rows.sort((a, b) => b.quarantined - a.quarantined || (a.id < b.id ? 1 : -1)).slice(0, limit);
  await readTopic(
    kafka,
    { topic: topics.quarantine, since: filter.since },
    (message, partition) => {
      const row = readQuarantined(message, partition);
      if (!row || !fits(row, filter) || seen.has(originKey(row.origin))) return;
      seen.add(originKey(row.origin));
      const replayed = replays.of(row);
      rows.push(replayed ? { ...row, replayed } : row);
      // What is in memory stays small, however much is in the quarantine.
      if (rows.length >= 2 * limit) rows = newest();
    },
  );
  return newest();
}

/**
 * One row by its id; undefined where the quarantine doesn't have it (any more).
 *
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function findQuarantined(
  kafka: Kafka,
  id: string,
  topics: QualityTopics = TOPICS,
): Promise<QuarantinedRow | undefined> {
  const [partition, offset] = id.split('@').map(Number);
  if (!Number.isInteger(partition) || !Number.isInteger(offset)) return undefined;
  const there = await rangesOf(kafka, { topic: topics.quarantine });
  const range = there.get(partition!);
  if (!range || offset! < range.from || offset! >= range.to) return undefined;
  let found: QuarantinedRow | undefined;
  await readTopic(
    kafka,
    {
      topic: topics.quarantine,
      ranges: new Map([[partition!, { from: offset!, to: offset! + 1 }]]),
    },
    message => {
      found = readQuarantined(message, partition!);
    },
  );
  const replayed = found && (await Replays.read(kafka, topics.replays)).of(found);
  return found && replayed ? { ...found, replayed } : found;
}
