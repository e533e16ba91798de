import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import type { Kafka, Producer, Transaction } from 'kafkajs';
import { openKafka } from '../client';
import { ensureTopic, withAdmin } from '../topic';

const TOPIC = `aborted-${randomUUID()}`;
const LIMIT_MS = 60_000;

describe('a reader of committed messages', () => {
  let kafka: Kafka;
  const producers: Producer[] = [];

  const begin = async (name: string): Promise<Transaction> => {
    const producer = kafka.producer({
      transactionalId: `${TOPIC}-${name}`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    producers.push(producer);
    await producer.connect();
    return producer.transaction();
  };
  const write = (transaction: Transaction, value: string) =>
    transaction.send({ topic: TOPIC, messages: [{ partition: 0, value }] });

  beforeAll(async () => {
    kafka = await openKafka({ kind: 'kafka', tls: false, ...testPlatform().kafka });
    await ensureTopic(kafka, { topic: TOPIC, partitions: 1 });
  }, LIMIT_MS);

  afterAll(async () => {
    await Promise.all(producers.map(producer => producer.disconnect()));
    await withAdmin(kafka, admin => admin.deleteTopics({ topics: [TOPIC] }));
  }, LIMIT_MS);

  it(
    'sees none of several aborted transactions that were open at once',
    async () => {
      const [one, two, three, good] = await Promise.all(['1', '2', '3', 'good'].map(begin));
      // The last to begin ends first, and all are open at the same offsets.
      for (const turn of ['a', 'b']) {
        await write(one!, `aborted one ${turn}`);
        await write(two!, `aborted two ${turn}`);
        await write(good!, `good ${turn}`);
        await write(three!, `aborted three ${turn}`);
      }
      await three!.abort();
      await two!.abort();
      await one!.abort();
      await good!.commit();

      const consumer = kafka.consumer({ groupId: `${TOPIC}-read` });
      await consumer.connect();
      await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
      const seen: string[] = [];
      await new Promise<void>((resolve, reject) => {
        consumer
          .run({
            eachMessage: async ({ message }) => {
              seen.push(message.value!.toString());
              if (seen.at(-1) === 'good b') resolve();
            },
          })
          .catch(reject);
      });
      await consumer.disconnect();
      expect(seen).toEqual(['good a', 'good b']);
    },
    LIMIT_MS,
  );
});
