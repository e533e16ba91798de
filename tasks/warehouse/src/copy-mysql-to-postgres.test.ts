import { testPlatform } from '@dolphinstage/embedded';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { copyMysqlToPostgres } from './copy-mysql-to-postgres';
import { withMysql } from './extract/mysql';
import { streamRows } from './extract/mysql-rows';
import { NASTY_TEXT } from './testing/flights';
import { createWorld, type World } from './testing/world';

let world: World;
let from: ConnectionSettings<'mysql'>;

beforeAll(async () => {
  world = await createWorld(testPlatform());
  from = world.connections.transactions as ConnectionSettings<'mysql'>;
});

afterAll(() => world.close());

const TYPES = {
  id: ['bigint unsigned', 'numeric'],
  small: ['tinyint', 'smallint'],
  padded: ['int(5) zerofill', 'integer'],
  price: ['decimal(30,10)', 'numeric'],
  ratio: ['double', 'double precision'],
  at: ['datetime(6)', 'timestamp'],
  day: ['date', 'date'],
  took: ['time', 'interval'],
  note: ['text', 'text'],
  raw: ['blob', 'text'],
  extra: ['json', 'jsonb'],
};
const columns = Object.keys(TYPES);

async function makeTables(name: string): Promise<void> {
  const table = (side: 0 | 1) =>
    Object.entries(TYPES)
      .map(([column, types]) => `${column} ${types[side]}`)
      .join(', ');
  await world.mysql.query(`create table ${name} (${table(0)}) character set utf8mb4`);
  await world.db.query(`create table ${name} (${table(1)})`);
}

const copy = (table: string) =>
  copyMysqlToPostgres({
    from,
    to: world.connections.warehouse as ConnectionSettings<'postgres'>,
    table,
    columns,
    into: { schema: 'public', table },
  });

/** A row with one text, and values at the ends of their types. */
function row(note: string | Buffer | null) {
  return [
    '18446744073709551615',
    -128,
    7,
    '-12345678901234567890.0123456789',
    '-1.2345678901234567e100',
    '2024-02-29 23:59:59.999999',
    '0001-01-01',
    '-838:59:59',
    typeof note === 'string' ? note : null,
    note,
    '{"a":"\\n"}',
  ];
}

it('copies values of all types as they are, and nulls', async () => {
  await makeTables('everything');
  const rows = [...NASTY_TEXT, 'x'.repeat(60_000)].map(row);
  rows.push(columns.map(() => null) as never);
  await world.mysql.query('insert into everything values ?', [rows]);
  const { rows: copied, bytes } = await copy('everything');
  expect(copied).toBe(rows.length);
  expect(bytes).toBeGreaterThan(120_000);
  const found = await world.values('select note from everything order by ctid');
  expect(found).toEqual([...NASTY_TEXT, 'x'.repeat(60_000), null]);
  const { rows: distinct } = await world.db.query(
    `select distinct id::text, small, padded, price::text, ratio, at::text, day::text, took::text,
       extra::text, count(*) over ()::int as n
     from everything where id is not null and note is not distinct from raw`,
  );
  expect(distinct).toEqual([
    {
      id: '18446744073709551615',
      small: -128,
      padded: 7,
      price: '-12345678901234567890.0123456789',
      ratio: -1.2345678901234567e100,
      at: '2024-02-29 23:59:59.999999',
      day: '0001-01-01',
      took: '-838:59:59',
      extra: '{"a": "\\n"}',
      n: rows.length - 1,
    },
  ]);
});

it('copies more than fits into memory buffers at once, in order', async () => {
  await makeTables('large');
  for (let start = 0; start < 40_000; start += 5000) {
    const ids = Array.from({ length: 5000 }, (_, index) => [start + index, 'é'.repeat(60)]);
    await world.mysql.query('insert into large (id, note) values ?', [ids]);
  }
  expect(await copy('large')).toMatchObject({ rows: 40_000 });
  expect(
    await world.values(
      `select count(*)::int from (select id, lag(id) over (order by ctid) as former from large) l
       where id = former + 1 or former is null and id = 0`,
    ),
  ).toEqual([40_000]);
});

it('copies nothing when a row can not be stored', async () => {
  await makeTables('unstorable');
  await world.mysql.query('insert into unstorable values ?', [
    [row('good'), row(Buffer.from([0xc3, 0x28])), row('good')],
  ]);
  await expect(copy('unstorable')).rejects.toMatchObject({
    code: 'SOURCE_ANSWER',
    message: 'raw is not valid UTF-8',
    where: 'unstorable, row 2',
  });
  expect(await world.values('select count(*)::int from unstorable')).toEqual([0]);
});

it('hands on what PostgreSQL says no with, while rows still come', async () => {
  await makeTables('refused');
  const rows = Array.from({ length: 5000 }, (_, id) => [id, 'x'.repeat(1000)]);
  await world.mysql.query('insert into refused (id, note) values ?', [rows]);
  await world.db.query('alter table refused add constraint early check (id < 10)');
  await expect(copy('refused')).rejects.toMatchObject({ code: '23514' });
  expect(await world.values('select count(*)::int from refused')).toEqual([0]);
});

it('fails when mysql2 no longer hands over packets, instead of losing rows', async () => {
  const pushed: unknown[] = [];
  const target = { pushLengthCoded: () => pushed.push(1) > 0, room: async () => {} };
  const streamed = withMysql(from, connection => {
    const query = connection.query.bind(connection) as (options: object) => object;
    // What a newer mysql2 could do: never look at the property that we replace.
    connection.query = ((options: object) => {
      const command = query(options);
      const { row: own } = command as { row: unknown };
      return Object.defineProperty(command, 'row', { get: () => own, set: () => {} });
    }) as never;
    return streamRows(connection, 'select 1 union all select 2', [], target);
  });
  await expect(streamed).rejects.toThrow('mysql2 has parsed a row');
  expect(pushed).toEqual([]);
});
