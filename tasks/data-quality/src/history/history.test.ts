import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import type { KafkaMessage } from 'kafkajs';
import { startReplica } from '../__testUtils__/start-replica';
import { ordersContract, Streams, until } from '../__testUtils__/streams';
import { ContractFolder } from '../contract-folder';
import { parseStreamContract } from '../contract';
import { sendCommand } from '../judge/command';
import type { WindowScore } from '../judge/dataset-judge';
import type { Replica } from '../replica/replica';
import { compareBaselines } from './changes';
import { readLiveBaseline } from './live-baseline';
import { simulateHistory } from './simulate';

const LIMIT_MS = 180_000;
const SECOND = 1_000;
const WINDOWS = 100;
const ROWS = 20;

describe('history', () => {
  let streams: Streams;
  let replica: Replica | undefined;
  let scores: KafkaMessage[];
  const begin = Math.floor(Date.now() / SECOND) * SECOND - (WINDOWS + 60) * SECOND;
  const problems: string[] = [];

  const contract = () => new ContractFolder(streams.folder).current.newest.get('orders')!;
  const variant = () => ({ contract: contract(), contracts: [contract()] });

  beforeAll(async () => {
    streams = await Streams.open();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 3 });
    streams.contract(ordersContract(streams.input, { duplicates: false }));
    const rows = Array.from({ length: WINDOWS * ROWS }, (_none, n) => ({
      key: `o-${n}`,
      value: JSON.stringify({
        id: `o-${n}`,
        amount: 50 + ((n * 7919) % 100) / 10,
        status: 'paid',
        ...(n % 400 === 0 ? { status: 'lost', email: 'someone@example.org' } : {}),
      }),
      timestamp: String(begin + Math.floor(n / ROWS) * SECOND + (n % ROWS) * 50),
      // The third partition stays empty.
      partition: n % 2,
    }));
    await streams.write(rows);
    scores = await streams.follow(streams.topics.scores);
  }, LIMIT_MS);

  afterAll(async () => {
    await replica?.stop();
    await streams?.close();
  }, LIMIT_MS);

  it(
    'is judged as it would have been live, and nothing is written',
    async () => {
      const [history] = await simulateHistory(streams.kafka, [variant()]);
      // The last window isn't over.
      expect(history!.windows).toHaveLength(WINDOWS - 1);
      expect(history!.windows.map(({ rows }) => rows)).toEqual(Array(WINDOWS - 1).fill(ROWS));
      expect(history!.faults).toEqual([
        expect.objectContaining({ check: 'schema', field: 'status', rows: 5 }),
      ]);
      expect(JSON.stringify(history!.faults)).not.toContain('someone@example.org');
      expect(history!.baseline.learned).toBe(WINDOWS - 1);
      const volume = history!.baseline.describe(begin).find(({ check }) => check === 'volume');
      expect(volume!.level).toBeCloseTo(ROWS, 0);
      expect(scores).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'shows what other rules would have found, from a time on',
    async () => {
      const value = ordersContract(streams.input, { duplicates: false }, 2) as {
        properties: Record<string, object>;
      };
      value.properties.amount = { type: 'number', maximum: 55 };
      const changed = parseStreamContract(JSON.stringify(value), 'changed');
      const [now, then] = await simulateHistory(
        streams.kafka,
        [variant(), { contract: changed, contracts: [contract(), changed] }],
        begin + 50 * SECOND,
      );
      expect(now!.rows).toBe(49 * ROWS);
      const amounts = then!.faults.find(({ field }) => field === 'amount');
      expect(amounts!.rows).toBeGreaterThan(400);
      expect(now!.faults.some(({ field }) => field === 'amount')).toBe(false);
      expect(amounts!.examples.length).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'becomes what the live judge has learned when a person says so, and freezes and thaws',
    async () => {
      const { kafka, topics } = streams;
      const [history] = await simulateHistory(kafka, [variant()]);
      replica = await startReplica(streams, text => problems.push(text));
      await until('ready', () => replica!.waitingFor.length === 0);
      const by = { dataset: 'orders', by: 'test', at: Date.now() };
      const live = async (what: string, holds: (learned: number, frozen: boolean) => boolean) => {
        for (const end = Date.now() + 30_000; ;) {
          const baseline = await readLiveBaseline(kafka, contract(), topics);
          if (baseline && holds(baseline.learned, baseline.frozen)) return baseline;
          if (Date.now() > end) throw new Error(`${what}: ${baseline?.learned}`);
        }
      };
      // Freshly started, it has counted what is on the topic.
      await until('closed', () => scores.length >= WINDOWS - 1);
      await sendCommand(kafka, { ...by, command: 'freeze' }, topics);
      const frozen = await live('frozen', (_learned, is) => is);
      const before = frozen.learned;
      const at = scores.length;
      await until('windows go on', () => scores.length > at + 3);
      expect((await live('frozen', (_learned, is) => is)).learned).toBe(before);
      const baseline = history!.baseline.encode().toString('base64');
      await sendCommand(kafka, { ...by, command: 'learned', baseline }, topics);
      const learned = await live('learned', count => count === history!.baseline.learned);
      expect(learned.frozen).toBe(true);
      expect(compareBaselines(learned, history!.baseline, begin).filter(c => c.changes)).toEqual(
        [],
      );
      await sendCommand(kafka, { ...by, command: 'thaw' }, topics);
      await live('it learns again', (count, is) => !is && count > history!.baseline.learned);
      expect(problems).toEqual([]);
      const closed = scores.map(({ value }) => JSON.parse(value!.toString()) as WindowScore);
      expect(new Set(closed.map(({ start }) => start)).size).toBe(closed.length);
    },
    LIMIT_MS,
  );
});
