import { connection } from '..';
import { count, echo, leak } from '../__fixtures__/pack/src/tasks';
import { createTestDatabase, type TestDatabase } from '../__testUtils__/database';
import { FIXTURE_PACK } from '../__testUtils__/fixture-pack';
import { migrateOps } from '../ops/migrate';
import { runTaskForTest } from './run-task';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateOps(database.pool);
  await database.pool.query('create table counted (n int primary key)');
});
afterAll(() => database.drop());

it('runs a task in this process: checked, counted, recorded', async () => {
  const run = await runTaskForTest(
    count,
    { table: 'counted', until: 3 },
    { connections: { ops: database.settings } },
  );
  expect(run.output).toEqual({ last: 3, epoch: 1 });
  expect(run.counters.rowsOut).toBe(3);
  expect(run.log).toContainEqual(expect.stringContaining('info counted 3'));
  const { rows } = await database.pool.query(
    'select outcome from ops.run_record where run_id = $1',
    [run.runId],
  );
  expect(rows).toEqual([{ outcome: 'success' }]);
});

it('finds the assets of the pack', async () => {
  const { output } = await runTaskForTest(
    echo,
    { asset: 'contracts/fixture.json' },
    { packRoot: FIXTURE_PACK },
  );
  expect(output).toEqual({ asset: '{ "title": "fixture" }\n' });
});

it('throws what the command line would print', async () => {
  await expect(runTaskForTest(count, { table: 'no!', until: 3 })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(runTaskForTest(count, { table: 'counted', until: 3 })).rejects.toMatchObject({
    code: 'CONNECTION_UNKNOWN',
  });
  const connections = { db: database.settings };
  const wrong = runTaskForTest(leak, { from: connection('db'), way: 'log' }, { connections });
  await expect(wrong).rejects.toMatchObject({ code: 'CONNECTION_KIND' });
});

it('stops a task as a signal would', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(runTaskForTest(echo, {}, { signal })).rejects.toThrow('enough');
});
