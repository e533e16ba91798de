import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { driftDays, keepCustomers, seedShop, shopCustomer } from '@dolphinstage/samples';
import { migrateOps, openPostgres, writeConnections } from '@dolphinstage/task-kit';
import { customerChurn } from '@dolphinstage/tasks-model-retraining';
import { retrainingWorkflows } from '@dolphinstage/tasks-model-retraining/workflows';
import { bundlePacks, startRun, waitForRun } from '@dolphinstage/workflows';
import type { Pool } from 'pg';
import { BenchError, type Bench, type BenchCase } from '../src/bench';
import { seededRandom } from '../src/random';
import { bring, makeEnvironment, rest } from '../src/workflows';
import { timed } from './timings';

const PACK = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
const MODEL = 'churn';
const DAYS = 31;
const DAY_MS = 86_400_000;
const ROWS = Number(process.env.DOLPHINSTAGE_BENCH_NIGHTLY ?? 1_000_000);
const GOAL_S = 600;
const LIMIT_MS = 40 * 60_000;
const TRAINER = { kind: 'forest', trees: 100, folds: 3, budgetSeconds: 60 } as const;

/** Customers that are written at once. */
const BATCH = 20_000;

/** So many customers of the sample shop, over its days. */
async function fill(db: Pool): Promise<void> {
  const client = await db.connect();
  try {
    // Its tables, and when its world changes.
    await seedShop(client, { days: 1, perDay: 1 });
    const drifts = await driftDays(client);
    const random = seededRandom(7);
    const begin = Date.now() - DAYS * DAY_MS;
    for (let made = 1; made < ROWS; made += BATCH) {
      const customers = Array.from({ length: Math.min(BATCH, ROWS - made) }, (_, n) =>
        shopCustomer(random, `bench-${made + n}`, begin + random() * DAYS * DAY_MS, drifts),
      );
      await keepCustomers(client, customers);
    }
    await client.query('analyze');
  } finally {
    client.release();
  }
}

/** Seconds of each step, by when each was done. */
async function stepsOf(db: Pool): Promise<Record<string, number>> {
  const { rows } = await db.query<{ step: string; seconds: number }>(
    `select step, extract(epoch from done_at - lag(done_at, 1, r.started_at) over (order by done_at))::float8 as seconds
    from models.retraining_step s join models.retraining r using (model, day)
    order by done_at`,
  );
  return Object.fromEntries(rows.map(({ step, seconds }) => [`${step}_s`, seconds]));
}

/** Seconds that the machine's processors have worked so far. */
const worked = () =>
  cpus().reduce((sum, { times: { user, nice, sys } }) => sum + user + nice + sys, 0) / 1000;

/** A whole night on DolphinScheduler: from its start until its version is live. */
const bench: Bench = {
  name: 'nightly',
  servers: ['postgres', 'dolphinscheduler', 'mlflow'],
  async run({ platform, report }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-nightly-'));
    const id = randomUUID().slice(0, 8);
    const project = `nightly-${id}`;
    const database = `nightly_${id}`;
    const account = { kind: 'postgres', tls: 'off', ...platform.postgres } as const;
    const admin = await openPostgres({ ...account, database: 'postgres' });
    await admin.query(`create database ${database}`);
    const db = await openPostgres({ ...account, database });
    const client = await createClient(platform.dolphinscheduler);
    try {
      await migrateOps(db, [join(PACK, 'sql/ops')]);
      report(`${ROWS.toLocaleString('en')} customers`);
      await fill(db);
      const [files, bundles] = ['files', 'bundles'].map(name => join(folder, name));
      [files!, bundles!].forEach(name => mkdirSync(name));
      const connections = join(folder, 'connections.json');
      writeConnections(connections, {
        warehouse: { ...account, database },
        'model-files': { kind: 'files', path: files! },
        mlflow: { kind: 'http', baseUrl: platform.mlflow.url },
      });
      await makeEnvironment(client, project, { bundles: bundles!, connections });
      const { nightly } = retrainingWorkflows({
        plan: { ...customerChurn, name: MODEL, trainer: TRAINER },
        project,
        nights: null,
        looks: null,
      });
      await bring(client, [nightly], {
        environment: project,
        tenant: platform.dolphinscheduler.tenant,
        delivery: { kind: 'path', folder: bundles! },
        bundles: await bundlePacks([{ name: 'model-retraining', folder: PACK }], folder),
      });
      report('a night');
      const day = new Date().toISOString().slice(0, 10);
      const before = worked();
      const seconds = await timed(async () => {
        const run = await startRun(client, {
          workflow: `${project}/${MODEL}-nightly`,
          params: { day },
        });
        const { instance } = await waitForRun(client, run, { timeoutMs: LIMIT_MS });
        if (instance.state !== 'SUCCESS') {
          throw new BenchError('RUN_FAILED', `the night ended as ${instance.state}`);
        }
      });
      const { rows: ends } = await db.query<{ outcome: string; reasons: string[] }>(
        'select outcome, reasons from models.retraining',
      );
      if (ends[0]?.outcome !== 'deployed') {
        throw new BenchError('WRONG_RESULT', `the night came to ${JSON.stringify(ends)}`);
      }
      const row: BenchCase = {
        name: `rows-${ROWS}`,
        median_s: seconds,
        cpu_s: worked() - before,
        // Of many processes, one after the other: a test bounds it.
        peak_mb: Number.NaN,
        ...(await stepsOf(db)),
      };
      report(JSON.stringify(row));
      return {
        bench: 'nightly',
        configuration: {
          rows: ROWS,
          features: customerChurn.features.length,
          trainer: TRAINER,
          nights: 'one, the first: from the start of the run until its version is live',
          cpu_s: 'of all that ran on the machine meanwhile',
          rival: 'none',
          goals: { median_s: GOAL_S },
        },
        cases: [row],
      };
    } finally {
      await rest(client, project);
      await db.end();
      await admin.query(`drop database ${database} with (force)`);
      await admin.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
