import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { seedShop } from '@dolphinstage/samples';
import { migrateOps, openPostgres, writeConnections } from '@dolphinstage/task-kit';
import { customerChurn } from '@dolphinstage/tasks-model-retraining';
import { retrainingWorkflows } from '@dolphinstage/tasks-model-retraining/workflows';
import { bundlePacks, startRun, waitForRun } from '@dolphinstage/workflows';
import type { Pool } from 'pg';
import { BenchError, type Bench, type BenchCase } from '../src/bench';
import { bring, rest } from '../src/workflows';
import { timed } from './timings';

const PACK = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
const PROJECT = 'bench-nightly';
const MODEL = 'churn';
const SEEDED_A_DAY = 200;
const DAYS = 31;
const ROWS = Number(process.env.DOLPHINSTAGE_BENCH_NIGHTLY ?? 1_000_000);
const GOAL_S = 600;
const LIMIT_MS = 40 * 60_000;
const TRAINER = { kind: 'forest', trees: 100, folds: 3, budgetSeconds: 60 } as const;

/** Columns that are numbers, of which no two rows have quite the same. */
const NUMBERS = ['day', 'eve', 'night', 'intl'].flatMap(part =>
  ['minutes', 'calls', 'charge'].map(what => `total_${part}_${what}`),
);
const SAME = [
  ...['cut_off', 'churn', 'state', 'area_code', 'account_length', 'international_plan'],
  ...['voice_mail_plan', 'number_vmail_messages'],
];

/** So many customers: those of the sample many times over, none quite like another. */
async function fill(db: Pool): Promise<number> {
  const client = await db.connect();
  const seeded = await seedShop(client, { perDay: SEEDED_A_DAY, days: DAYS }).finally(() =>
    client.release(),
  );
  const copies = Math.max(0, Math.ceil(ROWS / seeded) - 1);
  const columns = [...SAME, ...NUMBERS].join(', ');
  const values = [...SAME, ...NUMBERS.map(name => `${name} * (0.95 + random() / 10)`)].join(', ');
  await db.query(
    `insert into shop.service_call (customer_id, at)
    select customer_id || '-' || copy, at from shop.service_call, generate_series(1, $1::int) copy`,
    [copies],
  );
  await db.query(
    `insert into shop.customer (customer_id, ${columns})
    select customer_id || '-' || copy, ${values} from shop.customer, generate_series(1, $1::int) copy`,
    [copies],
  );
  await db.query('analyze');
  return seeded * (copies + 1);
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
    const database = `nightly_${randomUUID().slice(0, 8)}`;
    const account = { kind: 'postgres', tls: 'off', ...platform.postgres } as const;
    const admin = await openPostgres({ ...account, database: 'postgres' });
    await admin.query(`create database ${database}`);
    const db = await openPostgres({ ...account, database });
    const client = await createClient(platform.dolphinscheduler);
    try {
      await migrateOps(db, [join(PACK, 'sql/ops')]);
      report(`${ROWS.toLocaleString('en')} customers`);
      const rows = await fill(db);
      const [files, bundles] = ['files', 'bundles'].map(name => join(folder, name));
      [files!, bundles!].forEach(name => mkdirSync(name));
      const connections = join(folder, 'connections.json');
      writeConnections(connections, {
        warehouse: { ...account, database },
        'model-files': { kind: 'files', path: files! },
        mlflow: { kind: 'http', baseUrl: platform.mlflow.url },
      });
      const environment = `${PROJECT}-${database}`;
      await client.environments.create({
        name: environment,
        description: 'for a benchmark',
        workerGroups: ['default'],
        config: [
          `export DOLPHINSTAGE_NODE='${process.execPath}'`,
          `export DOLPHINSTAGE_BUNDLES='${bundles}'`,
          `export DOLPHINSTAGE_CONNECTIONS='${connections}'`,
        ].join('\n'),
      });
      const { nightly } = retrainingWorkflows({
        plan: { ...customerChurn, name: MODEL, trainer: TRAINER },
        project: PROJECT,
        nights: null,
        looks: null,
      });
      await bring(client, [nightly], {
        environment,
        tenant: platform.dolphinscheduler.tenant,
        delivery: { kind: 'path', folder: bundles! },
        bundles: await bundlePacks([{ name: 'model-retraining', folder: PACK }], folder),
      });
      report('a night');
      const day = new Date().toISOString().slice(0, 10);
      const before = worked();
      const seconds = await timed(async () => {
        const run = await startRun(client, {
          workflow: `${PROJECT}/${MODEL}-nightly`,
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
        name: `rows-${rows}`,
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
          rows,
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
      await rest(client, PROJECT);
      await db.end();
      await admin.query(`drop database ${database} with (force)`);
      await admin.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
