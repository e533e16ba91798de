import { createTestDatabase, type TestDatabase } from '../__testUtils__/database';
import { openCheckpoint } from './checkpoint';
import { migrateOps } from './migrate';

let database: TestDatabase;
const key = { scope: 'sales', name: 'orders' };

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateOps(database.pool);
  await database.pool.query('create table public.loaded (n int)');
});

beforeEach(() => database.pool.query('truncate ops.checkpoint, public.loaded'));
afterAll(() => database.drop());

const open = <T>(as = 'run') => openCheckpoint<T>(database.pool, key, as);
const count = async () => (await database.pool.query('select n from loaded')).rowCount;

it('keeps what the last commit left and counts the openings', async () => {
  const first = await open<{ id: number }>();
  expect(first).toMatchObject({ value: undefined, epoch: 1 });
  await first.commit({ id: 7 });
  expect(first.value).toEqual({ id: 7 });
  expect(await open()).toMatchObject({ value: { id: 7 }, epoch: 2 });
  const other = await openCheckpoint(database.pool, { ...key, scope: 'hr' }, 'run');
  expect(other).toMatchObject({ value: undefined, epoch: 1 });
});

it('tells a committed null from no commit', async () => {
  await (await open<null>()).commit(null);
  expect((await open<null>()).value).toBeNull();
});

it('stands or falls with the rows of its transaction', async () => {
  const checkpoint = await open<number>();
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into loaded values (1)');
    await checkpoint.commit(1, client);
    await client.query('rollback');
  } finally {
    client.release();
  }
  expect((await open()).value).toBeUndefined();
  expect(await count()).toBe(0);
});

describe.each(['read committed', 'repeatable read', 'serializable'])(
  'fences off a former holder, %s',
  isolation => {
    it('that commits after another has opened', async () => {
      const zombie = await open<number>('zombie');
      await open('successor');
      await expect(zombie.commit(1)).rejects.toMatchObject({ code: 'FENCED' });
      expect(zombie.value).toBeUndefined();
    });

    it('whose transaction had begun before', async () => {
      const zombie = await open<number>('zombie');
      const client = await database.pool.connect();
      try {
        await client.query(`begin isolation level ${isolation}`);
        await client.query('insert into loaded values (1)');
        await open('successor');
        await expect(zombie.commit(1, client)).rejects.toMatchObject({ code: 'FENCED' });
        await client.query('rollback');
      } finally {
        client.release();
      }
      expect(await count()).toBe(0);
    });

    it('or waits for its transaction, and then sees what it committed', async () => {
      const former = await open<number>('former');
      const client = await database.pool.connect();
      try {
        await client.query(`begin isolation level ${isolation}`);
        await client.query('insert into loaded values (1)');
        await former.commit(1, client);
        const successor = open<number>('successor');
        await client.query('commit');
        expect(await successor).toMatchObject({ value: 1, epoch: 2 });
      } finally {
        client.release();
      }
      expect(await count()).toBe(1);
    });
  },
);

it('gives each of many that open at once an epoch of its own; only the last may commit', async () => {
  const opened = await Promise.all(Array.from({ length: 12 }, () => open<number>()));
  expect(opened.map(checkpoint => checkpoint.epoch).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  const results = await Promise.allSettled(
    opened.map(checkpoint => checkpoint.commit(checkpoint.epoch)),
  );
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  expect((await open<number>()).value).toBe(12);
});
