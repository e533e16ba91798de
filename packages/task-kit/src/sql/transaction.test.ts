import { createTestDatabase, type TestDatabase } from '../__testUtils__/database';
import { openPostgres } from '../connect/postgres';
import { inTransaction, withClient } from './transaction';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('create table kept (n int)');
});
afterAll(() => database.drop());

const kept = async () => (await database.pool.query('select n from kept')).rows;

it('keeps all of it, or nothing', async () => {
  const { pool } = database;
  await inTransaction(pool, client => client.query('insert into kept values (1)'));
  const wrong = inTransaction(pool, async client => {
    await client.query('insert into kept values (2)');
    await client.query('select nothing');
  });
  // What is wrong with a statement is said as it was.
  await expect(wrong).rejects.toMatchObject({ code: '42703' });
  expect(await kept()).toEqual([{ n: 1 }]);
});

it('says where nobody lets it in', async () => {
  const { settings } = database;
  for (const wrong of [{ port: 1 }, { database: 'nowhere' }]) {
    const pool = await openPostgres({ ...settings, ...wrong });
    const { port, database: name } = { ...settings, ...wrong };
    await expect(withClient(pool, async () => 1)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining(`127.0.0.1:${port}/${name} can't be used: `) as string,
      todo: expect.any(String) as string,
    });
    await pool.end();
  }
});

it('says which connection broke, asleep and at work', async () => {
  const { pool, settings } = database;
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'broken'`;
  for (const asleep of [true, false]) {
    const own = await openPostgres(settings, { application_name: 'broken' });
    const breaks = withClient(own, async client => {
      await client.query('select 1');
      if (asleep) {
        const ended = new Promise(resolve => client.once('end', () => resolve(undefined)));
        await pool.query(kill);
        await ended;
      }
      await client.query(kill);
    });
    await expect(breaks).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringMatching(
        /^the connection to 127.0.0.1:\d+\/task_kit_\w+ broke: /,
      ) as string,
    });
    await own.end();
  }
  // Errors that are ours already are not hidden by it.
  const own = await openPostgres(settings, { application_name: 'broken' });
  const refused = withClient(own, async client => {
    await client.query(kill).catch(() => undefined);
    throw Object.assign(new Error('no'), { code: 'NO', todo: undefined });
  });
  await expect(refused).rejects.toMatchObject({ code: 'NO' });
  await own.end();
});
