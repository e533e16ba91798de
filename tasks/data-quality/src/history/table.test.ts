import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { seededRandom, testSeed } from '@dolphinstage/test';
import { Ops } from '../__testUtils__/ops';
import { ordersContract, Streams } from '../__testUtils__/streams';
import { parseStreamContract } from '../contract';
import { compareBaselines } from './changes';
import { simulateHistory } from './simulate';
import { simulateTable } from './simulate-table';

const LIMIT_MS = 180_000;
const SEED = testSeed();
const WINDOWS = 90;
const ROWS = 40;
const SECOND = 1_000;

describe('history from a table', () => {
  let streams: Streams;
  let ops: Ops;
  const random = seededRandom(SEED);
  const begin = Math.floor(Date.now() / SECOND) * SECOND - (WINDOWS + 10) * SECOND;
  const rows = Array.from({ length: WINDOWS * ROWS }, (_none, n) => ({
    id: `o-${n % 500 === 499 ? n - 1 : n}`,
    amount: n % 300 === 7 ? -1 : Math.round(random() * 10_000) / 100,
    status: ['new', 'paid', 'sent'][Math.floor(random() ** 2 * 3)],
    email: random() < 0.3 ? null : `${n}@example.org`,
    at: begin + Math.floor((n / ROWS) * SECOND),
  }));
  const contract = (version = 1) =>
    parseStreamContract(JSON.stringify(ordersContract(streams.input, {}, version)), 'orders');
  const options = { table: 'sales.orders', timeColumn: 'created' };

  beforeAll(async () => {
    [streams, ops] = await Promise.all([Streams.open(), Ops.create()]);
    await ensureTopic(streams.kafka, { topic: streams.input, partitions: 1 });
    await streams.write(
      rows.map(({ at, email, ...row }) => ({
        value: JSON.stringify({ ...row, ...(email === null ? {} : { email }) }),
        timestamp: String(at),
      })),
    );
    await ops.db.query(`
      create schema sales;
      create table sales.orders (
        created timestamp, id text, amount numeric, status text, email text);
      create table sales.unnamed (created text, id text);
    `);
    // In another order than that of their time; and one that nobody can say the time of.
    await ops.db.query(
      `insert into sales.orders (created, id, amount, status, email)
       select to_timestamp(at::float8 / 1000) at time zone 'UTC', id, amount, status, email
       from jsonb_to_recordset($1::jsonb)
         as r(at bigint, id text, amount numeric, status text, email text)
       order by md5(at::text)`,
      [JSON.stringify(rows)],
    );
    await ops.db.query(
      "insert into sales.orders (id, created) values ('x', null), ('y', 'infinity')",
    );
  }, LIMIT_MS);

  afterAll(async () => {
    await streams?.close();
    await ops?.close();
  }, LIMIT_MS);

  it(
    `teaches the same as the same rows by a topic, and finds the same (seed ${SEED})`,
    async () => {
      const variant = { contract: contract(), contracts: [contract()] };
      const [topic] = await simulateHistory(streams.kafka, [variant]);
      const table = await simulateTable(ops.db, contract(), options);
      expect(table.windows).toHaveLength(WINDOWS - 1);
      expect(table.windows).toEqual(topic!.windows);
      expect(table.faults.map(({ check, rows: bad }) => [check, bad])).toEqual([
        ['schema', 12],
        ['duplicate', 7],
      ]);
      expect(table.faults).toEqual(topic!.faults);
      expect(table.baseline.warm).toBe(true);
      expect(table.baseline.encode().equals(topic!.baseline.encode())).toBe(true);
      const changes = compareBaselines(topic!.baseline, table.baseline, begin);
      expect(changes.some(({ check }) => check === 'null-rate')).toBe(true);
      expect(changes.filter(change => change.changes)).toEqual([]);
    },
    LIMIT_MS,
  );

  it('begins where it is told to, with a whole window', async () => {
    const table = await simulateTable(ops.db, contract(), options, begin + 50 * SECOND - 1);
    expect(table.windows[0]!.start).toBe(new Date(begin + 50 * SECOND).toISOString());
    expect(table.rows).toBe((WINDOWS - 51) * ROWS);
  });

  it.each([
    [{ table: 'sales.nothing' }, 'there is no table sales.nothing'],
    [{ table: 'nowhere.orders' }, 'there is no table nowhere.orders'],
    [{ table: 'orders"; drop schema sales cascade; --' }, 'there is no table'],
    [{ table: 'a.sales.orders' }, 'a.sales.orders is no table or schema.table'],
    [{ timeColumn: 'nothing' }, 'sales.orders has no column nothing'],
    [{ timeColumn: 'status' }, 'sales.orders has no time in column status'],
    [{ table: 'sales.unnamed' }, 'sales.unnamed has no time in column created'],
  ])('refuses %j', async (more, message) => {
    await expect(simulateTable(ops.db, contract(), { ...options, ...more })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a table that has not what the contract requires', async () => {
    await ops.db.query('create view sales.half as select created, id, status from sales.orders');
    await expect(
      simulateTable(ops.db, contract(), { ...options, table: 'sales.half' }),
    ).rejects.toMatchObject({
      message: 'sales.half has no column amount, which the contract requires',
    });
  });
});
