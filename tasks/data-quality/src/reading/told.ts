import type { Kafka } from 'kafkajs';
import type { AlertData } from '../judge/alert';
import type { WindowScore } from '../judge/dataset-judge';
import { TOPICS, type QualityTopics } from '../topics';
import { readTopic } from './read-topic';
import { readAlertData, readScore } from './told-records';

/** @public */
export interface ToldOptions {
  readonly topics?: QualityTopics;
  /** Only this data set's. */
  readonly dataset?: string;
  /** Only what was told at this time and later, in ms since 1970. */
  readonly since?: number;
}

/**
 * What each alert was told to be last, the newest first: alerts that are open, and those that are over.
 *
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function readAlerts(
  kafka: Kafka,
  { topics = TOPICS, dataset, since }: ToldOptions = {},
): Promise<AlertData[]> {
  const last = new Map<string, AlertData>();
  await readTopic(kafka, { topic: topics.alerts, since }, ({ value }) => {
    const data = value ? readAlertData(value) : undefined;
    if (!data) return;
    if (dataset === undefined || data.dataset === dataset) last.set(data.alert, data);
  });
  return [...last.values()].sort((a, b) => (a.opened < b.opened ? 1 : -1));
}

/**
 * Closed windows, the newest first.
 *
 * @param limit - how many at most of each data set; all unless told.
 * @throws KafkaError `KAFKA_READ`.
 * @public
 */
export async function readScores(
  kafka: Kafka,
  {
    topics = TOPICS,
    dataset,
    since,
    limit = Number.POSITIVE_INFINITY,
  }: ToldOptions & { readonly limit?: number } = {},
): Promise<WindowScore[]> {
  const last = new Map<string, WindowScore[]>();
  await readTopic(kafka, { topic: topics.scores, since }, ({ value }) => {
    const score = value ? readScore(value) : undefined;
    if (!score) return;
    if (dataset !== undefined && score.dataset !== dataset) return;
    const of = last.get(score.dataset) ?? [];
    last.set(score.dataset, of);
    of.push(score);
    // A data set's windows come by one partition, in order.
    if (of.length > limit) of.shift();
  });
  return [...last.values()].flat().sort((a, b) => (a.start < b.start ? 1 : -1));
}
