import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  bundlePack,
  encodeText,
  migrateOps,
  openPostgres,
  writeConnections,
  type ConnectionSettings,
} from '@dolphinstage/task-kit';
import { benchCase, measure, type Bench, type BenchContext, type Measurement } from '../src/bench';

const RUNS = 15;
const ROOT = resolve(__dirname, '../..');
/** What of a trivial task's time may be ours: beyond that of an empty Node process. */
const GOAL_S = 0.3;

async function repeated(context: BenchContext, args: string[]): Promise<Measurement[]> {
  const runs: Measurement[] = [];
  // The first one fills the compile cache.
  await measure(context, process.execPath, args);
  for (let index = 0; index < RUNS && !context.signal.aborted; index += 1) {
    runs.push(await measure(context, process.execPath, args));
  }
  return runs;
}

async function withOps<T>(
  { platform }: BenchContext,
  use: (ops: ConnectionSettings<'postgres'>) => Promise<T>,
): Promise<T> {
  const account = { kind: 'postgres', tls: 'off', ...platform.postgres } as const;
  const admin = await openPostgres({ ...account, database: 'postgres' });
  const database = `bench_task_start_${process.pid}`;
  await admin.query(`create database ${database}`);
  try {
    const ops = { ...account, database };
    const pool = await openPostgres(ops);
    await migrateOps(pool).finally(() => pool.end());
    return await use(ops);
  } finally {
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
  }
}

/** How long it takes from a command line to a task's first line, and to its end when it has nothing to do. */
const bench: Bench = {
  name: 'task-start',
  servers: ['postgres'],
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'task-start-'));
    try {
      const [trivial, warehouse] = await Promise.all([
        bundlePack(join(ROOT, 'packages/task-kit/src/__fixtures__/pack'), folder),
        bundlePack(join(ROOT, 'tasks/warehouse'), folder),
      ]);
      const echo = [trivial.file, 'fixture/echo', '--input', '{}'];
      const identity = encodeText(JSON.stringify({ project: 'p', workflow: 'w', task: 'echo' }));
      const cases = await withOps(context, async ops => {
        const connections = join(folder, 'connections.json');
        writeConnections(connections, { ops });
        const recorded = ['--connections', connections, '--identity', identity];
        return [
          benchCase('an empty Node process (the limit)', await repeated(context, ['-e', '0'])),
          benchCase('a trivial task', await repeated(context, echo)),
          benchCase(
            '… with its run record in ops',
            await repeated(context, [...echo, ...recorded]),
          ),
          benchCase(
            '… and attempts (two processes)',
            await repeated(context, [...echo, ...recorded, '--retry', '3:1']),
          ),
          benchCase(
            'the warehouse pack, described',
            await repeated(context, [warehouse.file, '--describe']),
          ),
        ];
      });
      const empty = cases[0]!.median_s;
      return {
        bench: 'task-start',
        configuration: {
          node: process.version,
          runs: RUNS,
          goal_s: GOAL_S,
          bundles: [trivial.fileName, warehouse.fileName],
        },
        cases: cases.map(measured => ({
          ...measured,
          ratio_to_limit: Number((measured.median_s / empty).toFixed(2)),
          own_s: Number((measured.median_s - empty).toFixed(3)),
        })),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
