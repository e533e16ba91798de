import type { Kafka } from 'kafkajs';
import { rangesOf, readTopic } from '../reading/read-topic';
import { TOPICS, type QualityTopics } from '../topics';
import { NewestRows } from './newest-rows';
import {
  fits,
  readQuarantined,
  type QuarantinedRow,
  type QuarantineFilter,
} from './quarantined-row';
import { readBackwards } from './read-backwards';
import { Replays } from './replays';

const LIMIT = 100;

/** @public */
export interface ListQuarantineOptions extends QuarantineFilter {
  readonly topics?: QualityTopics;
  /** How many rows at most, the newest first; 100 unless told. */
  readonly limit?: number;
}

/**
 * The quarantine's rows, the newest first, each once: it is read from its end on, as far as it takes. Their values are as they came: what a contract redacts is in them.
 *
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function listQuarantine(
  kafka: Kafka,
  { topics = TOPICS, limit = LIMIT, ...filter }: ListQuarantineOptions = {},
): Promise<QuarantinedRow[]> {
  const newest = new NewestRows(limit);
  const since = () => {
    const both = [filter.since, newest.since].filter(time => time !== undefined);
    return both.length > 0 ? Math.max(...both) : undefined;
  };
  const [replays] = await Promise.all([
    Replays.read(kafka, topics.replays),
    readBackwards(kafka, topics.quarantine, since, (message, partition) => {
      const row = readQuarantined(message, partition);
      if (row && fits(row, filter)) newest.add(row);
    }),
  ]);
  return newest.all.map(row => {
    const replayed = replays.of(row);
    return replayed ? { ...row, replayed } : row;
  });
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
