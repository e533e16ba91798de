import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { Streams } from '../__testUtils__/streams';
import { rangesOf } from '../reading/read-topic';
import { StagePartition } from './partition';
import type { PartitionWork } from './work';

const LIMIT_MS = 180_000;

const record = (offset: number, key: string) =>
  ({ offset: String(offset), key: Buffer.from(key), value: Buffer.from('state') }) as KafkaMessage;

describe('a partition that reads its state', () => {
  let streams: Streams;
  let open: StagePartition | undefined;

  afterEach(async () => {
    await open?.close();
    await streams.close();
  }, LIMIT_MS);

  it(
    'is done with it at its own record, also where that has been compacted since',
    async () => {
      streams = await Streams.open();
      const state = `state-${streams.id}`;
      for (const topic of [streams.input, state]) {
        await ensureTopic(streams.kafka, { topic, partitions: 1, compacted: topic === state });
      }
      const restored: string[] = [];
      const work = {
        lookBack: 0,
        restore: ({ key }: KafkaMessage) => restored.push(String(key)),
        close: () => {},
      } as unknown as PartitionWork;
      const { kafka, group, input: topic } = streams;
      const take = () =>
        StagePartition.open(
          { kafka, group, topic, partition: 0, state, outputs: [{ topic: state }] },
          () => work,
          async () => ({ begin: 0, low: 0 }),
        );
      await (await take()).close();
      open = await take();
      // Of the two that end there, the last one is the transaction's own.
      const last = (await rangesOf(kafka, { topic: state })).get(0)!.to - 2;
      expect(open.restore(record(last - 2, 'opened'))).toBe(false);
      expect(open.restore(record(last - 1, 'a'))).toBe(false);
      expect(open.waitsFor).toBe('reading its state');
      expect(open.restore(record(last + 2, 'of who came later'))).toBe(true);
      expect(open.waitsFor).toBeUndefined();
      expect(restored).toEqual(['a']);
    },
    LIMIT_MS,
  );
});
