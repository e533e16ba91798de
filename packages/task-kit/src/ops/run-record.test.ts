import { randomUUID } from 'node:crypto';
import { registerSecret } from '@dolphinstage/common';
import { createTestDatabase, type TestDatabase } from '../__testUtils__/database';
import type { RunIdentity } from '../context';
import { TaskError } from '../errors';
import { migrateOps } from './migrate';
import { startRecord } from './run-record';

let database: TestDatabase;
const counters = { rowsIn: 10, rowsOut: 9, bytesIn: 1000, bytesOut: 900 };
const run: RunIdentity = {
  id: 'sales/daily/load/5',
  project: 'sales',
  workflow: 'daily',
  task: 'load',
  tenant: 'ds',
  workflowInstance: 5,
  taskInstance: 77,
};

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateOps(database.pool);
});
beforeEach(() => database.pool.query('truncate ops.run_record'));
afterAll(() => database.drop());

const start = (launch: string = randomUUID()) =>
  startRecord(database.pool, run, { task: 'shop/load', bundle: 'shop-0123456789ab', launch });
async function records<T>(columns: string): Promise<T[]> {
  return (await database.pool.query(`select ${columns} from ops.run_record order by attempt`))
    .rows as T[];
}

it('says who, what, how much, how long and how it ended', async () => {
  const record = await start();
  expect(await records('outcome, finished_at')).toEqual([
    { outcome: 'running', finished_at: null },
  ]);
  expect(await record.finish('success', counters)).toBe(true);
  const [row] = await records<Record<string, unknown>>('*');
  expect(row).toMatchObject({
    run_id: run.id,
    attempt: 1,
    program: 'shop/load',
    bundle: 'shop-0123456789ab',
    project: 'sales',
    workflow: 'daily',
    task: 'load',
    tenant: 'ds',
    workflow_instance: '5',
    task_instance: '77',
    outcome: 'success',
    error_code: null,
    rows_in: '10',
    rows_out: '9',
    bytes_in: '1000',
    bytes_out: '900',
  });
  expect(row!.cpu_seconds).toBeGreaterThan(0);
  expect(Number(row!.max_rss_bytes)).toBeGreaterThan(10 * 1024 * 1024);
  expect(row!.duration_seconds).toBeGreaterThanOrEqual(0);
});

it('holds an error’s code and message, without secrets and NUL', async () => {
  registerSecret('tulip-4711');
  const record = await start();
  await record.finish(
    'failed',
    counters,
    new TaskError('INPUT_INVALID', 'refused tulip-4711\u0000'),
  );
  expect(await records('outcome, error_code, error_message')).toEqual([
    { outcome: 'failed', error_code: 'INPUT_INVALID', error_message: 'refused ***' },
  ]);
});

it('closes an attempt that ended without a word as killed, and does not let it speak any more', async () => {
  const lost = await start();
  const next = await start();
  expect(next).toMatchObject({ attempt: 2, killed: [1] });
  expect(await lost.finish('success', counters)).toBe(false);
  expect(await next.finish('success', counters)).toBe(true);
  expect(await records('attempt, outcome, rows_out')).toEqual([
    { attempt: 1, outcome: 'killed', rows_out: '0' },
    { attempt: 2, outcome: 'success', rows_out: '9' },
  ]);
});

it('numbers attempts that start at once', async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, () => start()));
  expect(opened.map(record => record.attempt).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await records<{ outcome: string }>('outcome')).toHaveLength(8);
});

it('lets a command line that was left behind not start again beside its successor', async () => {
  const [left, successor] = [randomUUID(), randomUUID()];
  await start(left);
  expect(await start(left)).toMatchObject({ attempt: 2 });
  const running = await start(successor);
  await expect(start(left)).rejects.toMatchObject({ code: 'FENCED' });
  expect(await running.finish('success', counters)).toBe(true);
});
