import { createProducer, ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { Kafka } from 'kafkajs';
import { takeOver } from '../stage/take-over';
import { DATASET_PARTITIONS, TOPICS } from '../topics';
import { ReplayRun, type ReplayOptions, type ReplayResult } from './replay-run';

export type { ReplayOptions, ReplayResult } from './replay-run';

const TRANSACTION_MS = 60_000;

/**
 * Writes rows of the quarantine to the topics that they came from, with their keys, values and headers, and a header
 * `quality-replay-of`. Each row is written once, whatever is killed and whoever else replays: the row and the record on
 * `quality-replays` that says so stand in one transaction, and of two who replay at once the later one ends the earlier one's
 * (KIP-98), then reads what that has done.
 *
 * @throws QualityError `REPLAY_TAKEN_OVER` when somebody else has begun to replay: what was written until then stays.
 * @throws KafkaError `KAFKA_READ`, `KAFKA_TOPIC`.
 * @public
 */
export async function replayQuarantine(
  kafka: Kafka,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { topics = TOPICS, dryRun = false } = options;
  if (dryRun) return new ReplayRun(kafka, options, undefined).run();
  await ensureTopic(kafka, {
    topic: topics.replays,
    partitions: DATASET_PARTITIONS,
    compacted: true,
  });
  const producer = createProducer(kafka, {
    transactionalId: `${topics.quarantine}.replay`,
    transactionTimeout: TRANSACTION_MS,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  try {
    await producer.connect();
    // Only now it is settled what is replayed.
    await takeOver(producer);
    return await new ReplayRun(kafka, options, producer).run();
  } finally {
    await producer.disconnect().catch(() => {});
  }
}
