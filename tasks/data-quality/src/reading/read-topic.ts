import { whenLed, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Admin, Kafka, KafkaMessage } from 'kafkajs';
import { TopicRead, type OffsetRange, type ReadOptions } from './topic-read';

export type { OffsetRange, ReadOptions } from './topic-read';

/**
 * Hands over each committed message of a topic as it is now, each partition in order, the next one when `onMessage` is done. A
 * topic that isn't there has none. Aborted messages, markers and what compaction took leave holes, so the end is told by positions.
 *
 * @returns where each partition was read up to.
 * @throws KafkaError `KAFKA_READ` when nothing comes any more; and what `onMessage` throws.
 */
export async function readTopic(
  kafka: Kafka,
  options: ReadOptions,
  onMessage: (message: KafkaMessage, partition: number) => void | Promise<void>,
): Promise<ReadonlyMap<number, number>> {
  const all = options.ranges ?? (await rangesOf(kafka, options));
  const left = new Map([...all].filter(([, { from, to }]) => from < to));
  for (const partition of all.keys()) if (!left.has(partition)) options.onEnd?.(partition);
  if (left.size > 0) await new TopicRead(kafka, options, left, onMessage).run();
  return new Map([...all].map(([partition, { from, to }]) => [partition, Math.max(from, to)]));
}

/** What the topic's partitions hold now. */
export async function rangesOf(
  kafka: Kafka,
  { topic, since }: Pick<ReadOptions, 'topic' | 'since'>,
): Promise<ReadonlyMap<number, OffsetRange>> {
  const ask = async (admin: Admin) => {
    if (!(await admin.listTopics()).includes(topic)) return new Map<number, OffsetRange>();
    const begins = new Map<number, number>();
    if (since !== undefined) {
      for (const { partition, offset } of await admin.fetchTopicOffsetsByTimestamp(topic, since)) {
        begins.set(partition, Number(offset));
      }
    }
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.map(({ partition, low, high }) => {
        const from = Math.max(Number(low), begins.get(partition) ?? 0);
        return [partition, { from, to: Number(high) }];
      }),
    );
  };
  return withAdmin(kafka, admin => whenLed(topic, () => ask(admin)));
}
