import type { Kafka } from 'kafkajs';
import { partitionOf } from '../check/dataset-partition';
import type { StreamContract } from '../contract';
import type { DatasetState } from '../judge/dataset-judge';
import { rangesOf, readTopic } from '../reading/read-topic';
import { Baseline } from '../statistics/baseline';
import { DATASET_PARTITIONS, TOPICS, type QualityTopics } from '../topics';

/**
 * What the judge of a data set has learned until now; undefined where it has kept nothing yet.
 *
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function readLiveBaseline(
  kafka: Kafka,
  contract: StreamContract,
  topics: QualityTopics = TOPICS,
): Promise<Baseline | undefined> {
  const partition = partitionOf(contract.dataset, DATASET_PARTITIONS);
  const range = (await rangesOf(kafka, { topic: topics.state })).get(partition);
  if (!range) return undefined;
  let state: DatasetState | undefined;
  await readTopic(
    kafka,
    { topic: topics.state, ranges: new Map([[partition, range]]) },
    ({ key, value }) => {
      if (key?.toString() !== contract.dataset || !value) return;
      state = JSON.parse(value.toString()) as DatasetState;
    },
  );
  return state && Baseline.decode(contract, Buffer.from(state.baseline, 'base64'));
}
