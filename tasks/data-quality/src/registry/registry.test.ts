import { seededRandom, testSeed } from '@dolphinstage/test';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { Type } from 'avsc';
import type { KafkaMessage } from 'kafkajs';
import { RegistryServer } from '@dolphinstage/embedded';
import { confluent } from '../__testUtils__/confluent';
import { ordersContract, Streams, until, type Order } from '../__testUtils__/streams';
import type { DeltaRecord } from '../check/delta';
import { ContractFolder } from '../contract-folder';
import { simulateHistory } from '../history/simulate';
import { listQuarantine } from '../quarantine/list';
import { replayQuarantine } from '../quarantine/replay';
import { shownRow } from '../quarantine/show';
import { Replica } from '../replica/replica';
import { SchemaRegistry } from './schema-registry';

const LIMIT_MS = 120_000;
const SEED = testSeed();
const PARTITIONS = 3;

const fields = [
  { name: 'id', type: 'string' },
  { name: 'amount', type: 'double' },
  { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['new', 'paid', 'sent'] } },
];
const record = (more: object[] = []) => ({
  type: 'record',
  name: 'Order',
  fields: [...fields, ...more],
});
const SCHEMAS = {
  first: record(),
  second: record([{ name: 'email', type: ['null', 'string'], default: null }]),
  third: record([{ name: 'note', type: 'string', default: '' }]),
};
const order = (id: string, more: Partial<Order> = {}): Order => ({
  ...{ id, amount: 10, status: 'paid' },
  ...more,
});
const avro = (schema: object, id: number, row: object) =>
  confluent(id, Type.forSchema(schema as never).toBuffer(row));
const json = (id: number, row: object) => confluent(id, Buffer.from(JSON.stringify(row)));

describe('rows of a schema registry', () => {
  let server: RegistryServer;
  let streams: Streams;
  let replica: Replica | undefined;
  let windows: KafkaMessage[];
  let problems: string[] = [];
  let ids: Record<keyof typeof SCHEMAS | 'json', number>;

  const registry = () => new SchemaRegistry({ baseUrl: server.url });
  const start = async (name = 'replica-1') => {
    const started = await Replica.start({
      kafka: streams.kafka,
      name,
      contracts: new ContractFolder(streams.folder, { registry: registry(), strict: true }),
      group: streams.group,
      topics: streams.topics,
      onProblem: (what, error) => problems.push(`${what} ${error ?? ''}`),
      onCrash: error => problems.push(`crash ${error}`),
    });
    await until('ready', () => started.waitingFor.length === 0);
    return started;
  };
  /** What the check has counted, of all that was ever written. */
  const counted = (dataset: string) => {
    const all = windows.flatMap(({ value }) => {
      const { datasets } = JSON.parse(value!.toString()) as DeltaRecord;
      return datasets[dataset]?.windows ?? [];
    });
    const faults: Record<string, number> = {};
    for (const { check, detail, rows } of all.flatMap(window => window.faults)) {
      faults[`${check} ${detail}`] = (faults[`${check} ${detail}`] ?? 0) + rows;
    }
    return {
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      passed: all.reduce((sum, { passed }) => sum + passed, 0),
      faults,
    };
  };
  const contract = (name: string, quality: object) => ({
    ...ordersContract(streams.input, quality),
    'x-dataset': name,
  });

  beforeAll(async () => {
    server = await RegistryServer.start();
    ids = {
      first: await server.register('orders-value', SCHEMAS.first),
      second: await server.register('orders-value', SCHEMAS.second),
      third: await server.register('orders-value', SCHEMAS.third),
      json: await server.register(
        'sales-value',
        { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' },
        { schemaType: 'JSON' },
      ),
    };
  }, LIMIT_MS);

  beforeEach(async () => {
    problems = [];
    streams = await Streams.open();
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: PARTITIONS });
    streams.contract(
      contract('orders', {
        format: 'confluent',
        schemas: { subject: 'orders-value', versions: [1, 2] },
      }),
    );
    streams.contract(contract('sales', { format: 'auto' }), 'sales.json');
    windows = await streams.follow(streams.topics.windows);
  }, LIMIT_MS);

  afterEach(async () => {
    await replica?.stop();
    replica = undefined;
    await streams?.close();
  }, LIMIT_MS);

  afterAll(() => server?.stop(), LIMIT_MS);

  const to = (dataset: string, value: Buffer, partition = 0) => ({
    value,
    partition,
    headers: { dataset },
  });

  it(
    'are checked by the contract, of several schemas on one topic; what is not one says why and is kept as it came',
    async () => {
      replica = await start();
      const good = avro(SCHEMAS.first, ids.first, order('o-1'));
      const bad: readonly (readonly [string, Buffer])[] = [
        [
          'schema must be >= 0',
          avro(SCHEMAS.second, ids.second, order('o-3', { amount: -1, email: 'a@b.test' })),
        ],
        [
          'version has a schema that the contract does not list',
          avro(SCHEMAS.third, ids.third, { ...order('o-4'), note: '' }),
        ],
        ['version has a schema that the contract does not list', json(ids.json, order('o-5'))],
        [
          'unparsable names a schema that the registry has not',
          avro(SCHEMAS.first, 4_000_000, order('o-6')),
        ],
        [
          'unparsable names a schema that the registry has not',
          avro(SCHEMAS.first, -1, order('o-6')),
        ],
        ['unparsable is not what its schema says', good.subarray(0, -1)],
        [
          'unparsable names no schema: it is in another format',
          Buffer.from(JSON.stringify(order('o-7'))),
        ],
        ['unparsable names no schema: it is in another format', Buffer.from([0, 0, 0])],
      ];
      await streams.write([
        to('orders', good),
        // The contract has no null: it is an e-mail that is missing.
        to('orders', avro(SCHEMAS.second, ids.second, { ...order('o-2'), email: null })),
        to('orders', avro(SCHEMAS.second, ids.second, { ...order('o-1'), email: 'a@b.test' })),
        ...bad.map(([, value]) => to('orders', value)),
        to('sales', json(ids.json, order('s-1'))),
        to('sales', Buffer.from(JSON.stringify(order('s-2')))),
        to('sales', avro(SCHEMAS.third, ids.third, { ...order('s-3'), note: '' })),
        to('sales', json(ids.json, { id: 's-4' })),
        to('sales', confluent(ids.json, Buffer.from('{"id":'))),
      ]);
      const rows = 3 + bad.length;
      await until('all', () => counted('orders').rows === rows && counted('sales').rows === 5);
      const expected: Record<string, number> = { 'duplicate was there before': 1 };
      for (const [why] of bad) expected[why] = (expected[why] ?? 0) + 1;
      expect(counted('orders')).toEqual({ rows, passed: 2, faults: expected });
      expect(counted('sales')).toEqual({
        rows: 5,
        passed: 2,
        faults: {
          'schema has an unknown property': 1,
          'schema is missing': 1,
          'unparsable is not what its schema says': 1,
        },
      });
      const kept = await listQuarantine(streams.kafka, {
        topics: streams.topics,
        dataset: 'orders',
      });
      const bytes = kept.map(({ value }) => value!.toString('hex')).sort();
      expect(bytes).toEqual(bad.map(([, value]) => value.toString('hex')).sort());
      expect(problems).toEqual([]);
      // Also for people it is decoded, and what the contract redacts is masked.
      const { current } = new ContractFolder(streams.folder, { registry: registry() });
      expect(
        await shownRow(
          kept.find(({ check }) => check === 'schema')!,
          current,
        ),
      ).toEqual({
        ...order('o-3', { amount: -1, email: '***' }),
      });
      const again = { topics: streams.topics, contracts: current, dryRun: true, by: 'test' };
      const { replayed, stillBad } = await replayQuarantine(streams.kafka, again);
      expect([replayed.length, stillBad.length]).toEqual([0, bad.length + 3]);
    },
    LIMIT_MS,
  );

  it(
    `wait while the registry is killed, and are then counted once and by their worth (seed ${SEED})`,
    async () => {
      const random = seededRandom(SEED);
      replica = await start();
      let written = 0;
      const write = async (rows: number, known: readonly ('first' | 'second')[]) => {
        const messages = Array.from({ length: rows }, () => {
          written += 1;
          const which = known[Math.floor(random() * known.length)]!;
          const row = order(`o-${written}`, which === 'second' ? { email: 'a@b.test' } : {});
          return to('orders', avro(SCHEMAS[which], ids[which], row), written % PARTITIONS);
        });
        await streams.write(messages);
      };
      await write(300, ['first']);
      await until('the first', () => counted('orders').rows === 300);
      await server.kill();
      // What is known goes on without it.
      await write(300, ['first']);
      await until('known schemas', () => counted('orders').rows === 600);
      await write(600, ['first', 'second']);
      await until('it says why it waits', () =>
        replica!.waitingFor.some(why => why.includes('waits: the schema registry gives no answer')),
      );
      // Another one that knows nothing waits as well, also for what the first one has read.
      await replica.stop();
      replica = undefined;
      const other = Replica.start({
        kafka: streams.kafka,
        name: 'replica-2',
        contracts: new ContractFolder(streams.folder, { registry: registry(), strict: true }),
        group: streams.group,
        topics: streams.topics,
        onProblem: (what, error) => problems.push(`${what} ${error ?? ''}`),
        onCrash: error => problems.push(`crash ${error}`),
      });
      replica = await other;
      await until('all partitions wait', () => {
        const waiting = replica!.waitingFor.filter(why => why.includes('gives no answer'));
        return waiting.length === PARTITIONS;
      });
      const poison = avro(SCHEMAS.first, 4_000_001, order('p-1'));
      await streams.write([to('orders', poison)]);
      await write(300, ['first', 'second']);
      expect(counted('orders').faults).toEqual({});
      await server.startAgain();
      await until('all', () => counted('orders').rows === written + 1, 60_000);
      expect(counted('orders')).toEqual({
        rows: written + 1,
        passed: written,
        faults: { 'unparsable names a schema that the registry has not': 1 },
      });
      await until('ready', () => replica!.waitingFor.length === 0);
      expect(problems.filter(problem => !problem.includes('gives no answer'))).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'are read as history, too',
    async () => {
      const { current } = new ContractFolder(streams.folder, { registry: registry() });
      const of = current.newest.get('orders')!;
      const variant = { contract: of, contracts: current.topics.get(of.topic)!.contracts };
      const begin = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
      await streams.write(
        Array.from({ length: 40 }, (_none, n) => ({
          ...to(
            'orders',
            avro(SCHEMAS.first, ids.first, order(`o-${n}`, { amount: n % 10 === 0 ? -1 : 1 })),
          ),
          timestamp: String(begin + n * 500),
        })),
      );
      const [history] = await simulateHistory(streams.kafka, [variant], undefined, registry());
      expect(history!.rows).toBe(38);
      expect(history!.faults.map(({ check, field, rows }) => [check, field, rows])).toEqual([
        ['schema', 'amount', 4],
      ]);
      await expect(simulateHistory(streams.kafka, [variant])).rejects.toMatchObject({
        code: 'REGISTRY_MISSING',
      });
    },
    LIMIT_MS,
  );

  it('needs a registry where a contract says so', () => {
    expect(() => new ContractFolder(streams.folder, { strict: true })).toThrow(
      expect.objectContaining({ code: 'REGISTRY_MISSING' }),
    );
  });
});
