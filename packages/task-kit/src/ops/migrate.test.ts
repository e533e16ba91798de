import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDatabase,
  createTestFolder,
  type TestDatabase,
  type TestFolder,
} from '../__testUtils__/database';
import { migrateOps } from './migrate';
import { applyRetention } from './retention';

let database: TestDatabase;
let folder: TestFolder;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = createTestFolder();
});

afterEach(async () => {
  await database.drop();
  folder.remove();
});

function packFolder(files: Record<string, string>, name = 'pack'): string {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true });
  for (const [file, sql] of Object.entries(files)) writeFileSync(join(path, file), sql);
  return path;
}

async function tables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'ops' order by 1`,
  );
  return rows.map(row => row.name);
}

it('applies its own and a pack’s migrations once, in order', async () => {
  const pack = packFolder({
    '0101-more.sql': 'alter table ops.extraction add column more text;',
    '0100-pack.sql': 'create table ops.extraction (id text);',
  });
  expect(await migrateOps(database.pool, [pack])).toEqual({
    applied: ['0001-core.sql', '0002-task-output.sql', '0100-pack.sql', '0101-more.sql'],
  });
  expect(await migrateOps(database.pool, [pack])).toEqual({ applied: [] });
  expect(await migrateOps(database.pool)).toEqual({ applied: [] });
  expect(await tables()).toEqual(
    expect.arrayContaining([
      'checkpoint',
      'extraction',
      'migration',
      'retention',
      'run_record',
      'task_output',
    ]),
  );
});

it('lets several migrate at once', async () => {
  const pack = packFolder({ '0100-pack.sql': 'create table ops.extraction (id text);' });
  const results = await Promise.all(
    Array.from({ length: 4 }, () => migrateOps(database.pool, [pack])),
  );
  expect(results.flatMap(result => result.applied).sort()).toEqual([
    '0001-core.sql',
    '0002-task-output.sql',
    '0100-pack.sql',
  ]);
});

it('refuses an applied file that has changed, and applies nothing then', async () => {
  await migrateOps(database.pool, [
    packFolder({ '0100-pack.sql': 'create table ops.a (id text);' }),
  ]);
  const changed = packFolder({
    '0100-pack.sql': 'create table ops.b (id text);',
    '0101-c.sql': 'create table ops.c ();',
  });
  await expect(migrateOps(database.pool, [changed])).rejects.toMatchObject({
    code: 'MIGRATION_CHANGED',
    message: expect.stringContaining('0100-pack.sql'),
  });
  expect(await tables()).not.toContain('c');
});

it('leaves nothing of a file that fails, and goes on from there once it is right', async () => {
  const wrong = packFolder({ '0100-pack.sql': 'create table ops.a (id text); select nonsense;' });
  await expect(migrateOps(database.pool, [wrong])).rejects.toMatchObject({
    code: 'MIGRATION_INVALID',
    message: expect.stringContaining('nonsense'),
  });
  expect(await tables()).not.toContain('a');
  packFolder({ '0100-pack.sql': 'create table ops.a (id text);' });
  expect(await migrateOps(database.pool, [wrong])).toEqual({ applied: ['0100-pack.sql'] });
});

it('refuses a bad name and a number that is there twice', async () => {
  await expect(migrateOps(database.pool, [packFolder({ 'pack.sql': '' })])).rejects.toMatchObject({
    code: 'MIGRATION_INVALID',
  });
  const twice = packFolder({ '0001-mine.sql': '' }, 'other');
  await expect(migrateOps(database.pool, [twice])).rejects.toThrow(
    /0001-core.sql and 0001-mine.sql/,
  );
});

it('deletes what is old, also a pack’s rows, and closes attempts that nobody will', async () => {
  const pack = packFolder({
    '0100-pack.sql': `create table ops.extraction (id text, loaded_at timestamptz);
      insert into ops.retention values ('extraction', 'loaded_at', interval '7 days');`,
  });
  await migrateOps(database.pool, [pack]);
  const { pool } = database;
  await pool.query(
    `insert into ops.extraction values ('old', now() - interval '8 days'), ('new', now()), ('open', null)`,
  );
  await pool.query(
    `insert into ops.task_output values ('r', 'd', '{}', now() - interval '31 days')`,
  );
  await pool.query(
    `insert into ops.run_record (run_id, attempt, launch, program, task, os_user, host, pid, started_at)
     select id, 1, gen_random_uuid(), 'p/t', 't', 'u', 'h', 1, started
     from (values ('lost', now() - interval '31 days'), ('alive', now())) as runs (id, started)`,
  );
  expect(await applyRetention(pool)).toEqual([
    { table: 'extraction', deleted: 1 },
    { table: 'run_record', deleted: 0 },
    { table: 'task_output', deleted: 1 },
  ]);
  const { rows } = await pool.query('select id from ops.extraction order by id');
  expect(rows).toEqual([{ id: 'new' }, { id: 'open' }]);
  const records = await pool.query('select run_id, outcome from ops.run_record order by run_id');
  expect(records.rows).toEqual([
    { run_id: 'alive', outcome: 'running' },
    { run_id: 'lost', outcome: 'killed' },
  ]);
});
