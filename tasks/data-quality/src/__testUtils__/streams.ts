import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { createProducer, ensureTopic, openKafka, withAdmin } from '@dolphinstage/task-kit/kafka';
import type { Consumer, Kafka, KafkaMessage, Message, Producer } from 'kafkajs';
import { rangesOf, readTopic } from '../reading/read-topic';
import { topicsWith, type QualityTopics } from '../topics';

/** An order, as the tests' streams have them. */
export interface Order {
  readonly id: string;
  readonly amount: number;
  readonly status: string;
  readonly email?: string;
}

/** The contract of orders that come by a topic, with what a test wants of it. */
export function ordersContract(topic: string, quality: object = {}, version = 1): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    'x-dataset': 'orders',
    'x-version': version,
    'x-key': ['id'],
    'x-quality': { topic, window: '1s', redact: ['email'], ...quality },
    properties: {
      id: { type: 'string' },
      amount: { type: 'number', minimum: 0 },
      status: { enum: ['new', 'paid', 'sent'] },
      email: { type: 'string' },
    },
    required: ['id', 'amount', 'status'],
    additionalProperties: false,
  };
}

/** Topics and groups of one suite's own on the test run's Kafka. */
export class Streams {
  readonly folder = mkdtempSync(join(tmpdir(), 'quality-contracts-'));
  readonly topics: QualityTopics;
  private readonly consumers: Consumer[] = [];

  private constructor(
    readonly kafka: Kafka,
    readonly id: string,
    private readonly producer: Producer,
  ) {
    this.topics = topicsWith(id);
  }

  static async open(brokers = testPlatform().kafka.brokers): Promise<Streams> {
    const kafka = await openKafka({ kind: 'kafka', tls: false, brokers });
    // Without idempotence, which kafkajs loses when a broker goes (out of order sequence): what is tried again may be there twice.
    const producer = createProducer(kafka, {
      allowAutoTopicCreation: false,
      // Often, so that rows wait for a new leader no longer than need be.
      retry: { retries: 150, maxRetryTime: 200 },
    });
    await producer.connect();
    return new Streams(kafka, randomUUID().slice(0, 8), producer);
  }

  get group(): string {
    return `data-quality-${this.id}`;
  }

  get input(): string {
    return `incoming-${this.id}`;
  }

  contract(value: object, name = 'orders.json'): void {
    writeFileSync(join(this.folder, name), JSON.stringify(value));
  }

  async write(rows: readonly (object | string | Message)[], topic = this.input): Promise<void> {
    const messages = rows.map((row): Message => {
      if (typeof row === 'string') return { value: row };
      if ('value' in row) return row as Message;
      return { key: (row as Partial<Order>).id, value: JSON.stringify(row) };
    });
    await this.producer.send({ topic, messages, acks: -1 });
  }

  /** Everything that is on a topic now. */
  async read(topic: string): Promise<KafkaMessage[]> {
    const seen: KafkaMessage[] = [];
    await readTopic(this.kafka, { topic }, message => void seen.push(message));
    return seen;
  }

  /** How many messages have been written to each partition of the input. */
  async inputRows(): Promise<number[]> {
    const ranges = await rangesOf(this.kafka, { topic: this.input });
    return [...ranges].sort(([a], [b]) => a - b).map(([, { to }]) => to);
  }

  /** Whether a topic is there. */
  has(topic: string): Promise<boolean> {
    return withAdmin(this.kafka, async admin => (await admin.listTopics()).includes(topic));
  }

  /** Everything that is on a topic and comes to it. */
  async follow(topic: string): Promise<KafkaMessage[]> {
    await ensureTopic(this.kafka, { topic, partitions: 4 });
    const seen: KafkaMessage[] = [];
    const consumer = this.kafka.consumer({
      groupId: `follow-${randomUUID()}`,
      maxWaitTimeInMs: 100,
    });
    this.consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    // A reader that joins its group again gets what it hasn't committed a second time.
    const places = new Set<string>();
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const place = `${partition}@${message.offset}`;
        if (!places.has(place)) seen.push(message);
        places.add(place);
      },
    });
    return seen;
  }

  async close(): Promise<void> {
    await Promise.all([this.producer, ...this.consumers].map(client => client.disconnect()));
    await withAdmin(this.kafka, async admin => {
      const topics = (await admin.listTopics()).filter(topic => topic.endsWith(this.id));
      await admin.deleteTopics({ topics });
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until something is so. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false,
  limitMs = 60_000,
): Promise<T> {
  for (const end = Date.now() + limitMs; ; await pause(20)) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
  }
}
