import type {
  Kafka,
  Message,
  PartitionMetadata,
  Producer,
  ProducerBatch,
  ProducerConfig,
  ProducerRecord,
  RecordMetadata,
  Sender,
} from 'kafkajs';
import { withAdmin } from './topic';

/** A topic's partitions can become more; with old ones messages go where they went. In ms. */
const KNOWN_MS = 300_000;

/** Which partitions topics have, asked once for a client. */
class KnownPartitions {
  private static readonly of = new WeakMap<Kafka, KnownPartitions>();
  private readonly topics = new Map<
    string,
    { readonly until: number; readonly asked: Promise<PartitionMetadata[]> }
  >();

  private constructor(private readonly kafka: Kafka) {}

  static for(kafka: Kafka): KnownPartitions {
    const known = this.of.get(kafka) ?? new KnownPartitions(kafka);
    this.of.set(kafka, known);
    return known;
  }

  get(topic: string): Promise<PartitionMetadata[]> {
    const known = this.topics.get(topic);
    if (known && known.until > Date.now()) return known.asked;
    const asked = this.ask(topic);
    this.topics.set(topic, { until: Date.now() + KNOWN_MS, asked });
    asked.catch(() => this.topics.delete(topic));
    return asked;
  }

  private ask(topic: string): Promise<PartitionMetadata[]> {
    return withAdmin(this.kafka, async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]!.partitions;
    });
  }
}

/** Gives a topic's messages their partitions. Waiting for each of them would take longer than to send them. */
type Chooser = (topic: string) => Promise<(message: Message) => number>;

/** Messages of one partition. */
interface Piece {
  readonly topic: string;
  readonly messages: Message[];
}

async function piecesOf(
  topicMessages: NonNullable<ProducerBatch['topicMessages']>,
  chooser: Chooser,
): Promise<Piece[]> {
  const pieces = new Map<string, Piece>();
  for (const { topic, messages } of topicMessages) {
    const told = messages.every(({ partition }) => partition !== undefined);
    const choose = told ? undefined : await chooser(topic);
    for (const message of messages) {
      const partition = message.partition ?? choose!(message);
      const key = `${partition}/${topic}`;
      const piece = pieces.get(key) ?? { topic, messages: [] };
      pieces.set(key, piece);
      piece.messages.push(message.partition === undefined ? { ...message, partition } : message);
    }
  }
  return [...pieces.values()];
}

/** Sends by partitions, each by a call of its own. */
function byPartition({ sendBatch }: Pick<Sender, 'sendBatch'>, chooser: Chooser): Sender {
  const sendAll = async ({
    topicMessages = [],
    ...options
  }: ProducerBatch): Promise<RecordMetadata[]> => {
    const pieces = await piecesOf(topicMessages, chooser);
    const sent = await Promise.allSettled(
      pieces.map(piece => sendBatch({ ...options, topicMessages: [piece] })),
    );
    return sent.flatMap(result => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  };
  return {
    sendBatch: sendAll,
    send: ({ topic, messages, ...options }: ProducerRecord) =>
      sendAll({ ...options, topicMessages: [{ topic, messages }] }),
  };
}

/**
 * A producer that sends each partition's messages by themselves. kafkajs 2.2.4 keeps what it has sent by broker, not by partition
 * (src/producer/sendMessages.js): where a leader dies in the middle of a call and leaders change before the call is tried again, messages for
 * a partition that moved to a broker that has answered are never sent, and nobody is told; those of one that moved away from it are sent twice,
 * also by an idempotent producer. With one partition in a call neither can be.
 *
 * @param config - as kafkajs has it, but for the partitioner: messages without a partition go where kafkajs' default one says.
 * @public
 */
export function createProducer(
  kafka: Kafka,
  config: Omit<ProducerConfig, 'createPartitioner'> = {},
): Producer {
  const { Partitioners } = require('kafkajs') as typeof import('kafkajs');
  const partitioner = Partitioners.DefaultPartitioner();
  const known = KnownPartitions.for(kafka);
  const chooser: Chooser = async topic => {
    const partitionMetadata = await known.get(topic);
    return message => partitioner({ topic, partitionMetadata, message });
  };
  const producer = kafka.producer(config);
  return {
    ...producer,
    ...byPartition(producer, chooser),
    async transaction() {
      const transaction = await producer.transaction();
      return { ...transaction, ...byPartition(transaction, chooser) };
    },
  };
}
