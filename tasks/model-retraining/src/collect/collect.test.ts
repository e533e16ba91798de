import { setTimeout as pause } from 'node:timers/promises';
import { statements } from '@dolphinstage/task-kit';
import { asset, createDatabase, type TestDatabase } from '../__testUtils__/database';
import { collectionSchema, type Collection } from './collection';
import { collect } from './collect';

const DAY = '2026-11-28';
const QUERY = `
  select customer_id, cut_off, left_us, plan, (
    select count(*) from call where call.customer_id = customer.customer_id
  ) as calls
  from customer`;

describe('collect', () => {
  let database: TestDatabase;

  const collection = (more: object = {}): Collection =>
    collectionSchema.parse({
      entities: {
        table: 'shop.customer',
        key: 'customer_id',
        cutOff: 'cut_off',
        label: 'left_us',
      },
      events: [{ table: 'shop.call', key: 'customer_id', time: 'at', recorded: 'stored_at' }],
      query: QUERY,
      leastRows: 20,
      ...more,
    });
  const run = (more: object = {}, day = DAY) =>
    collect(database.db, asset, { model: 'churn', day, collection: collection(more) });
  const collected = async (more: object = {}) => {
    const { table } = (await run(more)) as { table: string };
    const { rows } = await database.db.query(`select * from ${table}`);
    return rows as Record<string, unknown>[];
  };

  beforeAll(async () => {
    database = await createDatabase();
    await database.db.query(`
      create schema shop;
      create table shop.customer (customer_id int, cut_off timestamptz, left_us boolean, plan text);
      create table shop.call (customer_id int, at timestamptz, stored_at timestamptz);
      create table shop.price (plan text, price int);
      insert into shop.customer
        select n, timestamptz '2026-11-27 12:00Z' - n * interval '1 day', n % 3 = 0, 'basic'
        from generate_series(0, 39) n;
      -- Three calls before the cut-off.
      insert into shop.call
        select customer_id, cut_off - k * interval '1 hour', cut_off - k * interval '59 minutes'
        from shop.customer, generate_series(1, 3) k`);
  });
  afterAll(() => database?.close());
  afterEach(() => database.db.query(`delete from shop.call where at >= '2026-11-28'`));

  it('waits for one that the server still works for, and takes its place', async () => {
    const { table } = (await run()) as { table: string };
    const other = await database.db.connect();
    await other.query('begin');
    await other.query(statements<'alone'>(asset('sql/collect.sql')).alone, [table]);
    await other.query(`drop table ${table}; create table ${table} (left_over int)`);
    const found = run();
    const waits = `select from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    while ((await other.query(waits)).rowCount === 0) await pause(20);
    await other.query('commit');
    other.release();
    expect(await found).toMatchObject({ table, rows: 30 });
  });

  it('takes the days before the day, and events before the cut-off', async () => {
    const found = await run();
    expect(found).toEqual({
      table: expect.stringMatching(/^retraining\.churn_[0-9a-f]{8}_20261128$/) as string,
      rows: 30,
      from: '2026-10-29T00:00:00.000Z',
      to: '2026-11-28T00:00:00.000Z',
    });
    const rows = await collected();
    expect(new Set(rows.map(({ calls }) => calls))).toEqual(new Set(['3']));
    expect(rows.map(({ cut_off }) => (cut_off as Date).getTime())).toEqual(
      rows.map(({ cut_off }) => (cut_off as Date).getTime()).sort((a, b) => a - b),
    );
  });

  it('sees nothing of a leak that is planted after the cut-off, or was recorded after it', async () => {
    const before = await collected();
    // Those who leave are called afterwards: the label, in other words.
    await database.db.query(`
      insert into shop.call
        select customer_id, cut_off + interval '1 second', cut_off + interval '1 second'
        from shop.customer where left_us;
      insert into shop.call
        select customer_id, cut_off - interval '1 hour', cut_off + interval '1 second'
        from shop.customer where left_us`);
    try {
      const { rows } = await database.db.query<{ calls: string }>(
        `select distinct (select count(*) from shop.call c where c.customer_id = x.customer_id) as calls
         from shop.customer x where left_us`,
      );
      // Without the cut it is there.
      expect(rows).toEqual([{ calls: '5' }]);
      expect(await collected()).toEqual(before);
    } finally {
      await database.db.query(
        `delete from shop.call c using shop.customer x where c.customer_id = x.customer_id and c.stored_at > x.cut_off`,
      );
    }
  });

  it.each([
    ['the table itself', 'shop.call'],
    ['a view of it', 'shop.all_calls'],
  ])('refuses a query that reads %s around the cut', async (_what, relation) => {
    await database.db.query('create or replace view shop.all_calls as select * from shop.call');
    await expect(
      run({ query: QUERY.replace('from call where call.', `from ${relation} c where c.`) }),
    ).rejects.toMatchObject({
      code: 'CUT_BYPASSED',
      message: expect.stringContaining(relation) as string,
    });
  });

  it('lets it read tables that hold for all times', async () => {
    const query = `select c.*, p.price from customer c left join shop.price p using (plan)`;
    await expect(run({ query })).rejects.toMatchObject({ code: 'CUT_BYPASSED' });
    expect(await run({ query, timeless: ['shop.price'] })).toMatchObject({ rows: 30 });
  });

  it('says what is missing on a day without data', async () => {
    expect(await run({}, '2026-12-03')).toEqual({
      reasons: [
        'the newest row is of 2026-11-27T12:00:00.000Z, 5.5 days before the day, more than 2',
      ],
    });
    expect(await run({ leastRows: 31 })).toEqual({
      reasons: ['there are 30 rows, fewer than 31'],
    });
    expect(await run({}, '2027-12-03')).toEqual({
      reasons: ['there are no rows in shop.customer'],
    });
  });

  it.each([
    ['PLAN_INVALID', 'left_us', 'select customer_id, cut_off from customer'],
    ['PLAN_INVALID', 'multiple commands', `${QUERY}; drop table shop.customer`],
    [
      'DATA_INVALID',
      '30 have no label',
      'select customer_id, cut_off, null::text as left_us from customer',
    ],
    [
      'DATA_INVALID',
      '90 rows of 30',
      'select customer.* from customer, call where call.customer_id = customer.customer_id',
    ],
  ])('is %s with %s', async (code, words, query) => {
    await expect(run({ query })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
  });

  it('refuses an entity with two cut-offs', async () => {
    await database.db.query(
      `insert into shop.customer values (7, '2026-11-26 00:00Z', true, 'basic')`,
    );
    await expect(run()).rejects.toThrow('7 has two cut-offs');
    await database.db.query(`delete from shop.customer where cut_off = '2026-11-26 00:00Z'`);
  });
});
