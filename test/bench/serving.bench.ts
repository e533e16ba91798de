import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pythonVenv, run } from '@dolphinstage/embedded';
import { BundleStore, FileStore } from '@dolphinstage/model-kit';
import { migrateOps, openPostgres } from '@dolphinstage/task-kit';
import type { Pool } from 'pg';
import { BenchError, type Bench, type BenchCase } from '../src/bench';
import { ROOT } from '../src/dolphinstage';
import { usageOf } from './timings';

const MODEL = 'churn';
const TREES = 300;
const LOAD = { rate: 500, seconds: 30 };
const WARM_UP = { rate: 200, seconds: 3 };
const LIMIT_S = 300;
const GOALS = { p99_s: 0.01, failed: 0 };
/** A stream that MLflow's server keeps up with. */
const SLOW_LOAD = { rate: 100, seconds: 15 };
const RIVAL = ['mlflow==3.17.2', 'onnx==1.23.2', 'onnxruntime==1.32.0'];
const LOADER = ['--import', pathToFileURL(require.resolve('tsx')).href];

/** What `serving/load-main.ts` prints. */
interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly version_1: number;
  readonly version_2: number;
  readonly p50_s: number;
  readonly p99_s: number;
  readonly max_s: number;
}

/** Two versions of a forest; the first one is live. */
async function register(db: Pool, folder: string): Promise<void> {
  const pack = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
  await migrateOps(db, [join(pack, 'sql/ops')]);
  const store = new BundleStore(new FileStore(join(folder, 'bundles')));
  await db.query("insert into models.model values ($1, 'bench', 'bench')", [MODEL]);
  for (const number of [1, 2]) {
    const own = join(folder, `version-${number}`);
    mkdirSync(own);
    const main = join(__dirname, 'serving/train-main.ts');
    await run(process.execPath, [...LOADER, main, own, MODEL, String(number), String(TREES)], {
      limit: LIMIT_S,
    });
    const files = ['model.onnx', 'model.json'].map(
      name => [name, readFileSync(join(own, name))] as const,
    );
    await db.query(
      `insert into models.version (model, number, bundle, params, metrics, gates, data_from, data_to,
        day, code_digest, created_by)
      values ($1, $2, $3, '{}', '{}', '[]', now(), now(), now(), 'bench', 'bench')`,
      [MODEL, number, await store.put(new Map(files))],
    );
  }
  await db.query('insert into models.deployment (model, current) values ($1, 1)', [MODEL]);
}

/** What a server has used of the machine for a stream of requests. */
async function underLoad(
  name: string,
  pid: number,
  load: () => Promise<Load>,
): Promise<BenchCase & Load> {
  const before = usageOf(pid);
  const taken = await load();
  const after = usageOf(pid);
  return {
    name,
    median_s: taken.p50_s,
    cpu_s: after.cpu_s - before.cpu_s,
    peak_mb: after.peak_mb,
    ...taken,
  };
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** The server on one core. */
async function serve(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const server = require.resolve('@dolphinstage/model-server/package.json');
  const child = spawn(
    'taskset',
    [
      ...['-c', '0', process.execPath, join(dirname(server), 'bin/dolphinstage-models.js')],
      ...['--bundles', join(folder, 'bundles'), '--access', join(folder, 'access')],
      ...['--connections', join(folder, 'connections'), '--port', '0', '--drain', '0'],
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (const limit = Date.now() + LIMIT_S * 1000; ; await pause(50)) {
    const url = /listens at (\S+)/.exec(said)?.[1];
    if (url && said.includes('version 1 answers')) return { child, url };
    if (child.exitCode !== null || Date.now() > limit) {
      throw new BenchError('RUN_FAILED', `the server doesn't listen: ${said}`);
    }
  }
}

/** MLflow's own server on one core, with the first version. */
async function serveRival(
  python: string,
  folder: string,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    'taskset',
    [
      ...['-c', '0', python, join(__dirname, 'serving/rival.py')],
      ...[join(folder, 'version-1/model.onnx'), join(folder, 'rival')],
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (const limit = Date.now() + LIMIT_S * 1000; ; await pause(200)) {
    const url = /running on (\S+)/.exec(said)?.[1];
    if (url) return { child, url: `${url}/invocations` };
    if (child.exitCode !== null || Date.now() > limit) {
      throw new BenchError('RUN_FAILED', `MLflow's server doesn't listen: ${said.slice(-2_000)}`);
    }
  }
}

/** A stream of requests, from a process of its own on the other core: the server's is the server's. */
async function ask(
  url: string,
  token: string,
  { rate, seconds }: typeof LOAD,
  ...more: string[]
): Promise<Load> {
  const main = join(__dirname, 'serving/load-main.ts');
  const args = [
    '-c',
    '1',
    process.execPath,
    ...LOADER,
    main,
    url,
    token,
    String(rate),
    String(seconds),
    ...more,
  ];
  return JSON.parse(await run('taskset', args, { limit: LIMIT_S })) as Load;
}

/** Ours, with another version in the middle. */
async function ours(
  db: Pool,
  { folder, token, report }: { folder: string; token: string; report: (text: string) => void },
): Promise<BenchCase> {
  const { child, url } = await serve(folder);
  const predict = `${url}/v1/models/${MODEL}/predict`;
  try {
    await ask(predict, token, WARM_UP);
    report(`${LOAD.rate} requests a second for ${LOAD.seconds} s`);
    const taken = await underLoad('switch', child.pid!, async () => {
      const running = ask(predict, token, LOAD);
      await pause((LOAD.seconds * 1000) / 2);
      await db.query(
        'update models.deployment set previous = 1, current = 2, generation = generation + 1',
      );
      await db.query("select pg_notify('models_changed', $1)", [MODEL]);
      return running;
    });
    if (taken.version_1 === 0 || taken.version_2 === 0) {
      throw new BenchError('WRONG_RESULT', `nothing was switched: ${JSON.stringify(taken)}`);
    }
    return taken;
  } finally {
    await ended(child);
  }
}

/** MLflow's, with the same stream, and with one that it keeps up with. */
async function rivals(python: string, folder: string): Promise<BenchCase[]> {
  const { child, url } = await serveRival(python, folder);
  const stream = (load: typeof LOAD) => ask(url, '', load, join(folder, 'version-1/model.json'));
  try {
    await stream(WARM_UP);
    const slow = await underLoad('rival-mlflow-slow', child.pid!, () => stream(SLOW_LOAD));
    return [slow, await underLoad('rival-mlflow', child.pid!, () => stream(LOAD))];
  } finally {
    await ended(child);
  }
}

/** The model server under a steady stream of requests, beside MLflow's own server. */
const bench: Bench = {
  name: 'serving',
  servers: ['postgres'],
  async run({ platform, machine, report, signal }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-serving-'));
    const database = `serving_${randomUUID().slice(0, 8)}`;
    const account = { kind: 'postgres', tls: 'off', ...platform.postgres } as const;
    const admin = await openPostgres({ ...account, database: 'postgres' });
    await admin.query(`create database ${database}`);
    const db = await openPostgres({ ...account, database });
    const token = randomUUID();
    const write = (name: string, content: object) =>
      writeFileSync(join(folder, name), JSON.stringify(content), { mode: 0o600 });
    try {
      const python = await pythonVenv(
        machine,
        { name: 'bench-serving', requirements: RIVAL },
        report,
      );
      write('connections', { models: { ...account, database } });
      const digest = createHash('sha256').update(token).digest('hex');
      write('access', {
        tenants: [{ name: 'bench', tokens: [digest], models: ['*'], rate: 100_000 }],
      });
      report(`two forests of ${TREES} trees`);
      await register(db, folder);
      signal.throwIfAborted();
      const own = await ours(db, { folder, token, report });
      signal.throwIfAborted();
      report("MLflow's own server");
      const [slow, same] = await rivals(python, folder);
      const cases = [{ ...own, ratio_to_rival: own.median_s / slow!.median_s }, slow!, same!];
      cases.forEach(row => report(JSON.stringify(row)));
      return {
        bench: 'serving',
        configuration: {
          ...LOAD,
          model: `a forest of ${TREES} trees, 20 features, learned from 10,000 rows; one row a request`,
          server:
            'one process on one core (taskset), the client on the other, predictions logged to PostgreSQL on the same machine',
          times: 'from when a request was due until its whole answer, at the client',
          rival: `${RIVAL.join(', ')}: its server on one core (taskset), the same file, rows already encoded, nothing logged; at ${SLOW_LOAD.rate} requests a second, and at the same rate`,
          ratio: "our median to the rival's at the slower stream",
          goals: GOALS,
        },
        cases,
      };
    } finally {
      await db.end();
      await admin.query(`drop database ${database} with (force)`);
      await admin.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
