import type { Kafka, PartitionMetadata } from 'kafkajs';
import { withAdmin } from './topic';

/** A topic's partitions can become more; with old ones messages go where they went. In ms. */
const KNOWN_MS = 300_000;

/** Which partitions topics have, asked once for a client. */
export class KnownPartitions {
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
