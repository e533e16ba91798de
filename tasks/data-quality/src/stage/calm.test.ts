import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { Admin, Consumer } from 'kafkajs';
import { Streams } from '../__testUtils__/streams';
import { togetherAssigner } from './assigner';
import { untilCalm, type Joining } from './calm';

const ROWS = 10;
const LIMIT_MS = 180_000;
/** Longer than a test may take: who waits to the end of it makes the test fail. */
const NEVER_MS = 2 * LIMIT_MS;

describe('a replica that wants to join', () => {
  let streams: Streams;
  let admin: Admin;
  let consumers: Consumer[];

  beforeEach(async () => {
    streams = await Streams.open();
    consumers = [];
    admin = streams.kafka.admin();
    await admin.connect();
    // The last one is empty.
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 3 });
    const rows = Array.from({ length: ROWS }, (_none, n) => ({ partition: n % 2, value: `${n}` }));
    await streams.write(rows);
    await ensureTopic(streams.kafka, { topic: streams.topics.windows, partitions: 1 });
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(consumers.map(consumer => consumer.disconnect()));
    await admin.disconnect();
    await streams.close();
  }, LIMIT_MS);

  const joining = (topic = streams.input): Joining => ({
    group: `${streams.group}-${topic}`,
    topics: [topic],
  });

  /** A member that reads and commits nothing by itself. */
  async function member(topic = streams.input): Promise<Consumer> {
    const consumer = streams.kafka.consumer({
      groupId: joining(topic).group,
      partitionAssigners: [togetherAssigner('replica-1')],
    });
    consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const joined = new Promise<void>(resolve => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve());
    });
    await consumer.run({ autoCommit: false, eachMessage: async () => {} });
    await joined;
    return consumer;
  }

  it(
    'does so at once where nobody is',
    async () => {
      await expect(untilCalm(admin, [joining()], NEVER_MS)).resolves.toBeUndefined();
    },
    LIMIT_MS,
  );

  it(
    'waits until the others are through all that was there when it came, in every partition',
    async () => {
      const other = await member();
      const commit = (partition: number, offset = ROWS / 2) =>
        other.commitOffsets([{ topic: streams.input, partition, offset: String(offset) }]);
      let calm = false;
      const waiting = untilCalm(admin, [joining()], NEVER_MS).then(() => {
        calm = true;
      });
      await pause(1_000);
      await commit(0);
      await commit(1, ROWS / 2 - 1);
      await pause(1_000);
      expect(calm).toBe(false);
      // What comes meanwhile is for whoever has the partition then.
      await streams.write([{ partition: 1, value: 'new' }]);
      await commit(1);
      await waiting;
    },
    LIMIT_MS,
  );

  it(
    'waits until what the first group has told the second is told on',
    async () => {
      const [first, second] = [await member(), await member(streams.topics.windows)];
      let calm = false;
      const groups = [joining(), joining(streams.topics.windows)];
      const waiting = untilCalm(admin, groups, NEVER_MS).then(() => {
        calm = true;
      });
      await pause(500);
      await streams.write(['told'], streams.topics.windows);
      const all = [0, 1].map(partition => ({
        ...{ topic: streams.input, partition, offset: String(ROWS / 2) },
      }));
      await first.commitOffsets(all);
      await pause(1_000);
      expect(calm).toBe(false);
      await second.commitOffsets([{ topic: streams.topics.windows, partition: 0, offset: '1' }]);
      await waiting;
    },
    LIMIT_MS,
  );

  it(
    'does not wait for partitions that have nothing new',
    async () => {
      const other = await member();
      const all = [0, 1].map(partition => ({
        ...{ topic: streams.input, partition, offset: String(ROWS / 2) },
      }));
      await other.commitOffsets(all);
      await expect(untilCalm(admin, [joining()], NEVER_MS)).resolves.toBeUndefined();
    },
    LIMIT_MS,
  );

  it(
    'waits no longer than it may for others that hang',
    async () => {
      await member();
      const began = Date.now();
      await untilCalm(admin, [joining()], 1_000);
      expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
    },
    LIMIT_MS,
  );
});
