import { setTimeout as pause } from 'node:timers/promises';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { Ops } from '../__testUtils__/ops';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import type { Replica } from '../replica/replica';
import { checkReplicas } from './check-replicas';
import { relearn } from './relearn';

const LIMIT_MS = 180_000;
const kafka = { connection: 'kafka' };

describe('tasks that look after replicas', () => {
  let streams: Streams;
  let ops: Ops;
  let replica: Replica;
  let scores: KafkaMessage[];
  const problems: string[] = [];

  const check = (more: object = {}) =>
    ops.run(checkReplicas, {
      kafka,
      topicSuffix: streams.id,
      group: streams.group,
      replicas: 1,
      ...more,
    });
  /** What is wrong as soon as a window's time is over. */
  const told = async (fault: string, more: object = {}) => {
    for (const end = Date.now() + 30_000; ; await pause(100)) {
      const error = await check(more).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      if (error?.message.includes(fault)) {
        expect(error).toMatchObject({ code: 'REPLICAS_BEHIND' });
        return;
      }
      if (Date.now() > end) throw new Error(`not told: ${fault}, but ${error}`);
    }
  };
  const order = (n: number) => ({ id: `o-${n}`, amount: n % 10, status: 'new' });

  beforeAll(async () => {
    [streams, ops] = await Promise.all([Streams.open(), Ops.create()]);
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 2 });
    streams.contract(ordersContract(streams.input));
    scores = await streams.follow(streams.topics.scores);
    replica = await startReplica(streams, text => problems.push(text));
    await until('ready', () => replica.waitingFor.length === 0);
  }, LIMIT_MS);

  afterAll(async () => {
    await replica?.stop();
    await Promise.all([streams?.close(), ops?.close()]);
  }, LIMIT_MS);

  it(
    'says that no window is closed, that replicas are missing, and when all is well',
    async () => {
      await told('no window was closed');
      await streams.write(Array.from({ length: 100 }, (_none, n) => order(n)));
      await until('a window', () => scores.length > 2);
      await expect(check({ replicas: 3 })).rejects.toMatchObject({
        message: expect.stringContaining(`${streams.group} has 1 of 3 members`) as string,
      });
      const { output } = await check();
      expect(output.groups.map(({ group, members }) => [group, members])).toEqual([
        [streams.group, 1],
        [`${streams.group}-judge`, 1],
      ]);
    },
    LIMIT_MS,
  );

  it(
    'writes what re-learning would change, and leaves the judge alone',
    async () => {
      const contract = ordersContract(streams.input) as Record<string, unknown>;
      await streams.write(Array.from({ length: 100 }, (_none, n) => order(n + 1_000)));
      const { output } = await ops.run(relearn, {
        kafka,
        topicSuffix: streams.id,
        contracts: [contract],
      });
      expect(output.datasets).toEqual([
        expect.objectContaining({ dataset: 'orders', warm: false }),
      ]);
      const [proposal] = await ops.rows('select * from ops.quality_proposal');
      expect(proposal).toMatchObject({ dataset: 'orders', version: 1 });
      const levels = proposal!.levels as { check: string; before?: number; after?: number }[];
      const volume = levels.find(level => level.check === 'volume')!;
      expect(volume.before).toBeGreaterThan(0);
      expect(volume.after).toBeGreaterThan(0);
      await ops.run(relearn, { kafka, topicSuffix: streams.id, contracts: [contract] });
      expect(await ops.rows('select dataset from ops.quality_proposal')).toHaveLength(1);
      // Unless told, of what is watched.
      const all = await ops.run(relearn, { kafka, topicSuffix: streams.id });
      expect(all.output.datasets.map(({ dataset }) => dataset)).toEqual(['orders']);
      // One whose topic has gone doesn't keep the others from it.
      const other = { ...contract, 'x-dataset': 'gone', 'x-quality': { topic: 'nowhere' } };
      const contracts = [other, contract];
      const some = await ops.run(relearn, { kafka, topicSuffix: streams.id, contracts });
      expect(some.output).toMatchObject({
        datasets: [{ dataset: 'orders' }],
        failed: [{ dataset: 'gone', why: expect.stringContaining('topic') }],
      });
    },
    LIMIT_MS,
  );

  it(
    'says who lags once nobody checks, and that windows have stopped',
    async () => {
      await replica.stop();
      await streams.write(Array.from({ length: 500 }, (_none, n) => order(n + 2_000)));
      await expect(check({ maxLag: 499 })).rejects.toMatchObject({
        message: expect.stringMatching(
          /has 0 of 1 members.*has 50\d messages to go, 499/,
        ) as string,
      });
      await told('orders has had no window for', { maxAgeSeconds: 1 });
      expect(problems).toEqual([]);
    },
    LIMIT_MS,
  );
});
