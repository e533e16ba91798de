import { randomUUID } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import type { Kafka, Message } from 'kafkajs';
import { openKafka } from './client';
import { createProducer } from './producer';
import { ensureTopic, withAdmin } from './topic';

const TOPIC = `produced-${randomUUID()}`;
const OURS = `${TOPIC}-ours`;
const LIMIT_MS = 60_000;

/** What a request to a broker holds, in kafkajs' own shape. */
interface Request {
  readonly topicData: readonly { readonly partitions: readonly unknown[] }[];
}

describe('createProducer', () => {
  let kafka: Kafka;

  beforeAll(async () => {
    kafka = await openKafka({ kind: 'kafka', tls: false, ...testPlatform().kafka });
    for (const topic of [TOPIC, OURS]) await ensureTopic(kafka, { topic, partitions: 4 });
  }, LIMIT_MS);

  afterAll(async () => {
    await withAdmin(kafka, admin => admin.deleteTopics({ topics: [TOPIC, OURS] }));
  }, LIMIT_MS);

  /** `<partition> <value>` of all messages. */
  const read = async (topic: string, count: number): Promise<string[]> => {
    const consumer = kafka.consumer({ groupId: `${topic}-${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const seen: string[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        setTimeout(() => reject(new Error(`${seen.length} of ${count}`)), 20_000).unref();
        void consumer.run({
          eachMessage: async ({ partition, message }) => {
            seen.push(`${partition} ${message.value!.toString()}`);
            if (seen.length === count) resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return seen.sort();
  };

  it(
    'asks a broker for one partition at a time, and sends each message once to where kafkajs would',
    async () => {
      const { prototype } = require('kafkajs/src/broker') as {
        prototype: { produce(request: Request): Promise<unknown> };
      };
      const produce = jest.spyOn(prototype, 'produce');
      const messages: Message[] = [
        ...Array.from({ length: 40 }, (_none, n) => ({ key: `key ${n}`, value: `keyed ${n}` })),
        ...Array.from({ length: 4 }, (_none, n) => ({ partition: n, value: `placed ${n}` })),
      ];
      const ours = createProducer(kafka, {
        transactionalId: OURS,
        idempotent: true,
        maxInFlightRequests: 1,
      });
      const theirs = kafka.producer();
      try {
        await Promise.all([ours.connect(), theirs.connect()]);
        await theirs.sendBatch({ topicMessages: [{ topic: TOPIC, messages }] });
        produce.mockClear();
        const refused = await ours.transaction();
        await refused.send({ topic: OURS, messages: [{ key: 'key 1', value: 'aborted' }] });
        await refused.abort();
        const transaction = await ours.transaction();
        await transaction.sendBatch({ topicMessages: [{ topic: OURS, messages }] });
        await transaction.send({ topic: OURS, messages: [{ key: 'key 1', value: 'last' }] });
        await transaction.commit();
      } finally {
        await Promise.all([ours.disconnect(), theirs.disconnect()]);
      }
      const sizes = produce.mock.calls.map(([{ topicData }]) =>
        topicData.reduce((sum, { partitions }) => sum + partitions.length, 0),
      );
      produce.mockRestore();
      expect(sizes).toEqual([1, 1, 1, 1, 1, 1]);
      const told = await read(OURS, messages.length + 1);
      expect(told.filter(line => line.endsWith('last'))).toHaveLength(1);
      expect(told.filter(line => !line.endsWith('last'))).toEqual(
        await read(TOPIC, messages.length),
      );
    },
    LIMIT_MS,
  );
});
