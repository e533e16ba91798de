import type { Admin, ConfigResourceTypes, Kafka } from 'kafkajs';
import { messageOf, unreachable } from './client';
import { KafkaError } from './errors';

/** How long a topic may have no leaders, in milliseconds. */
const LEADER_LIMIT_MS = 30_000;
const POLL_MS = 100;
const MOST_REPLICAS = 3;
/** What one broker alone has taken, since the others lag, is lost with it: unless told that is enough. */
const IN_SYNC = { name: 'min.insync.replicas', value: '2' };
const HOUR_MS = 3_600_000;
const COMPACTED_SEGMENT_MS = 60_000;
const DAY_HOURS = 24;
const LARGEST = 'max.message.bytes';
/** What Kafka's protocol calls a topic; kafkajs itself is only loaded by who opens it. */
const TOPIC_RESOURCE: ConfigResourceTypes.TOPIC = 2;

/** @public */
export interface TopicSettings {
  topic: string;
  /** Only for its creation; a topic that is there keeps what it has. 8 unless told. */
  partitions?: number;
  /** How long messages stay, in hours, only for its creation; 168 unless told, and for good where it is compacted. */
  retentionHours?: number;
  /** Only the last message of each key stays; only for its creation. */
  compacted?: boolean;
  /** In bytes, only for its creation; the broker's own limit unless told. */
  largestMessage?: number;
}

/** A topic as it is. @public */
export interface TopicState {
  clusterId: string;
  partitions: number;
}

/** What a partition holds: offsets from `low` up to and without `high`. @public */
export interface PartitionRange {
  low: bigint;
  high: bigint;
}

/**
 * Gives `use` an admin client, and closes it.
 *
 * @throws KafkaError `KAFKA_UNREACHABLE`; and what `use` throws.
 * @public
 */
export async function withAdmin<T>(kafka: Kafka, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (cause) {
    throw unreachable('kafka', cause);
  }
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates the topic where it isn't there yet: with three replicas, of which two must have what is written, as far as there are as many brokers.
 * Several may call at once.
 *
 * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC`.
 * @public
 */
export async function ensureTopic(kafka: Kafka, settings: TopicSettings): Promise<TopicState> {
  const { topic } = settings;
  return withAdmin(kafka, async admin => {
    const cluster = await admin.describeCluster();
    if ((await partitionsOf(admin, topic)) === 0) {
      const replicationFactor = Math.min(cluster.brokers.length, MOST_REPLICAS);
      const create = {
        topic,
        numPartitions: settings.partitions ?? 8,
        replicationFactor,
        configEntries: [
          ...(replicationFactor === MOST_REPLICAS ? [IN_SYNC] : []),
          ...(settings.largestMessage
            ? [{ name: LARGEST, value: String(settings.largestMessage) }]
            : []),
          ...(settings.compacted
            ? compaction(settings.retentionHours)
            : retention(settings.retentionHours ?? 168)),
        ],
      };
      // kafkajs throws when it waits for leaders, although the topic is there: wait here.
      await admin.createTopics({ topics: [create], waitForLeaders: false }).catch(cause => {
        throw new KafkaError('KAFKA_TOPIC', `can't create the topic: ${messageOf(cause)}`, {
          where: topic,
          todo: 'Create it, or allow the account of the Kafka connection to.',
          cause,
        });
      });
    }
    return whenLed(topic, async () => {
      const partitions = await partitionsOf(admin, topic);
      return partitions > 0 ? { clusterId: cluster.clusterId, partitions } : undefined;
    });
  });
}

/**
 * How large a batch of messages the topic takes, in bytes: its `max.message.bytes`.
 *
 * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC` where the topic isn't there or the account may not ask.
 * @public
 */
export async function largestMessageOf(kafka: Kafka, topic: string): Promise<number> {
  return withAdmin(kafka, async admin => {
    const resource = { type: TOPIC_RESOURCE, name: topic, configNames: [LARGEST] };
    const answer = await admin
      .describeConfigs({ resources: [resource], includeSynonyms: false })
      .catch(cause => {
        throw new KafkaError('KAFKA_TOPIC', `can't ask what it takes: ${messageOf(cause)}`, {
          where: topic,
          todo: 'Allow the account of the Kafka connection to describe its configuration.',
          cause,
        });
      });
    return Number(answer.resources[0]?.configEntries[0]?.configValue);
  });
}

/**
 * The segment that is written to isn't compacted: unless told, one is begun anew at a gigabyte or after a week, and all of it is read by who
 * needs the state.
 */
function compaction(hours: number | undefined): { name: string; value: string }[] {
  return [
    { name: 'cleanup.policy', value: hours === undefined ? 'compact' : 'compact,delete' },
    { name: 'segment.ms', value: String(COMPACTED_SEGMENT_MS) },
    ...(hours === undefined ? [] : [{ name: 'retention.ms', value: String(hours * HOUR_MS) }]),
  ];
}

/** What is deleted are whole segments, of a week or a gigabyte unless told. */
function retention(hours: number): { name: string; value: string }[] {
  const short = { name: 'segment.ms', value: String((hours * HOUR_MS) / 4) };
  return [
    { name: 'retention.ms', value: String(hours * HOUR_MS) },
    ...(hours < DAY_HOURS ? [short] : []),
  ];
}

/**
 * Asks until there is an answer, 30 s at most: a topic has no leaders for a moment when it is new, or when a broker has gone.
 *
 * @param ask - gives undefined, or fails in a way that Kafka says may pass, while there is no answer.
 * @throws KafkaError `KAFKA_TOPIC` where there is none in time; and what `ask` throws else.
 * @public
 */
export async function whenLed<T>(topic: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + LEADER_LIMIT_MS; ;) {
    const answer = await ask().catch((error: { retriable?: boolean }) => {
      if (!error.retriable) throw error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) {
      throw new KafkaError('KAFKA_TOPIC', 'the topic has no leaders', {
        where: topic,
        todo: "Look at the brokers' logs.",
      });
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

/** 0 while the topic isn't there, or some partition has no leader. */
async function partitionsOf(admin: Admin, topic: string): Promise<number> {
  if (!(await admin.listTopics()).includes(topic)) return 0;
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics[0]?.partitions ?? [];
    return partitions.every(partition => partition.leader >= 0) ? partitions.length : 0;
  } catch {
    // Listed but not led yet, or deleted in between: asked again until the limit.
    return 0;
  }
}

/**
 * What each partition holds; nothing for a topic that isn't there.
 *
 * @throws KafkaError `KAFKA_UNREACHABLE`, `KAFKA_TOPIC` while it has no leaders.
 * @public
 */
export async function topicRanges(
  kafka: Kafka,
  topic: string,
): Promise<ReadonlyMap<number, PartitionRange>> {
  return withAdmin(kafka, async admin =>
    whenLed(topic, async () => {
      const ranges = new Map<number, PartitionRange>();
      if (!(await admin.listTopics()).includes(topic)) return ranges;
      if ((await partitionsOf(admin, topic)) === 0) return undefined;
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        ranges.set(partition, { low: BigInt(low), high: BigInt(high) });
      }
      return ranges;
    }),
  );
}
