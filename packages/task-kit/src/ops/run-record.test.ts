import { randomUUID } from 'node:crypto';
import { registerSecret } from '@dolphinstage/common';
import { createTestDatabase, type TestDatabase } from '../__testUtils__/database';
import type { RunIdentity } from '../context';
import { TaskError } from '../errors';
import { migrateOps } from './migrate';
import { startRecord } from './run-record';
import { findTaskOutput, keptOutput, readTaskOutput } from './task-output';

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
beforeEach(() => database.pool.query('truncate ops.run_record, ops.task_output'));
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
  const error = new TaskError('INPUT_INVALID', 'refused tulip-4711\u0000');
  await record.finish('failed', counters, { error });
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

describe('an output', () => {
  const keep = async (output: unknown) =>
    (await start()).finish('success', counters, { output: keptOutput(output) });
  const kept = () => findTaskOutput(database.pool, run.id);

  it('is kept with the end of its attempt, and comes back as it went', async () => {
    const output = { 'a\u0000': [1.5, null, 'ø 🐬', { deep: 1e300 }] };
    expect(await keep(output)).toBe(true);
    expect(await kept()).toEqual(output);
    const { digest } = keptOutput(output);
    expect(await readTaskOutput(database.pool, { run: run.id, digest })).toEqual(output);
  });

  it('of a repeated run replaces the former one, also the same again', async () => {
    for (const output of [{ n: 1 }, { n: 2 }, { n: 2 }]) await keep(output);
    expect(await kept()).toEqual({ n: 2 });
    const { rows } = await database.pool.query('select digest from ops.task_output');
    expect(rows).toEqual([{ digest: keptOutput({ n: 2 }).digest }]);
    const { digest } = keptOutput({ n: 1 });
    await expect(readTaskOutput(database.pool, { run: run.id, digest })).rejects.toMatchObject({
      code: 'OUTPUT_UNKNOWN',
    });
  });

  it('of an attempt that another has closed is not kept', async () => {
    const lost = await start();
    await keep({ n: 'successor' });
    const output = keptOutput({ n: 'lost' });
    expect(await lost.finish('success', counters, { output })).toBe(false);
    expect(await kept()).toEqual({ n: 'successor' });
  });

  it('stays when a later attempt fails, and leaves other runs’ alone', async () => {
    await keep({ n: 1 });
    const other = { ...run, id: 'sales/daily/load/6', workflowInstance: 6 };
    const record = await startRecord(database.pool, other, {
      task: 'shop/load',
      launch: randomUUID(),
    });
    await record.finish('success', counters, { output: keptOutput({ n: 6 }) });
    await (await start()).finish('failed', counters, { error: new Error('no luck') });
    expect(await kept()).toEqual({ n: 1 });
    expect(await findTaskOutput(database.pool, other.id)).toEqual({ n: 6 });
  });

  it('that a bundle of before left several of is the latest', async () => {
    await database.pool.query(
      `insert into ops.task_output (run_id, digest, output, written_at)
       values ($1, 'b', '2', now()), ($1, 'a', '1', now() - interval '1 second')`,
      [run.id],
    );
    expect(await kept()).toBe(2);
    await keep({ n: 3 });
    expect(await kept()).toEqual({ n: 3 });
    expect((await database.pool.query('select from ops.task_output')).rowCount).toBe(1);
  });

  it('that nobody has kept is one clear error', async () => {
    await expect(kept()).rejects.toMatchObject({
      code: 'OUTPUT_UNKNOWN',
      where: 'ops.task_output sales/daily/load/5',
      todo: expect.stringContaining('run it again'),
    });
  });
});
