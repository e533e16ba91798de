import type { Kafka } from 'kafkajs';
import { partitionOf } from '../check/dataset-partition';
import type { StreamContract } from '../contract';
import { isOf, KeptDatasets } from '../judge/kept-dataset';
import { rangesOf, readTopic } from '../reading/read-topic';
import { Baseline } from '../statistics/baseline';
import { DATASET_PARTITIONS, TOPICS, type QualityTopics } from '../topics';

/**
 * What the judge of a data set has learned until now; undefined where it has kept nothing yet, or nothing that this version can read.
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
  const kept = new KeptDatasets();
  await readTopic(kafka, { topic: topics.state, ranges: new Map([[partition, range]]) }, record => {
    if (isOf(contract.dataset, record.key)) kept.read(record);
  });
  const { baseline } = kept.get(contract.dataset) ?? {};
  return baseline && Baseline.read(contract, baseline);
}
