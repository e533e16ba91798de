import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { seedShop } from '@dolphinstage/samples';
import { migrateOps, openPostgres, writeConnections } from '@dolphinstage/task-kit';
import { customerChurn } from '@dolphinstage/tasks-model-retraining';
import { retrainingWorkflows } from '@dolphinstage/tasks-model-retraining/workflows';
import { bundlePacks, startRun, watchRun } from '@dolphinstage/workflows';
import axios from 'axios';
import type { Pool } from 'pg';
import { dolphinstage, lastJson } from '../src';
import { bring, makeEnvironment, rest } from '../src/workflows';

const LIMIT_MS = 300_000;
const PACK = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
const SERVER = dirname(require.resolve('@dolphinstage/model-server/package.json'));
const SHOP = join(
  dirname(require.resolve('@dolphinstage/samples/package.json')),
  'src/shop/main.ts',
);
const DAY_MS = 86_400_000;

interface ShopPage {
  readonly asked: number;
  readonly right: number;
  readonly unanswered: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Nights and looks on DolphinScheduler, a MLflow and a model server of this machine, and a shop whose world changes. */
describe('the churn model', () => {
  const id = randomUUID().slice(0, 8);
  const project = `models-${id}`;
  const model = `churn-${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-models-'));
  const token = randomUUID();
  const { postgres, dolphinscheduler, mlflow } = testPlatform();
  const settings = { kind: 'postgres', tls: 'off', ...postgres, database: `models_${id}` } as const;
  let admin: Pool;
  let db: Pool;
  let client: DolphinSchedulerClient;
  let server: { url: string; process: ChildProcess } | undefined;
  let shop: { url: string; process: ChildProcess } | undefined;

  const start = (args: string[], env: Record<string, string> = {}) => {
    const loader = pathToFileURL(require.resolve('tsx')).href;
    return spawn(process.execPath, ['--import', loader, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const ready = async (url: string) => {
    for (const end = Date.now() + 60_000; ; await pause(200)) {
      const found = await axios.get(url, { proxy: false }).catch(() => undefined);
      if (found) return;
      if (Date.now() > end) throw new Error(`nobody answers at ${url}`);
    }
  };
  const run = async (workflow: string, params: Record<string, string> = {}) => {
    const begun = await startRun(client, { workflow: `${project}/${workflow}`, params });
    let state = '';
    for await (const seen of watchRun(client, begun, { timeoutMs: LIMIT_MS }))
      state = seen.instance.state;
    expect(state).toBe('SUCCESS');
  };
  const values = async (sql: string) =>
    (await db.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.map(row => row[0]);
  const page = async () => (await axios.get<ShopPage>(shop!.url, { proxy: false })).data;
  /** The shop's page, once so many more were asked about. */
  const after = async (customers: number): Promise<ShopPage> => {
    const before = await page();
    for (const end = Date.now() + 60_000; ; await pause(500)) {
      const now = await page();
      const asked = now.asked - before.asked;
      if (asked >= customers) {
        return { asked, right: now.right - before.right, unanswered: now.unanswered };
      }
      if (Date.now() > end) throw new Error(`${asked} customers of ${customers}`);
    }
  };

  beforeAll(async () => {
    admin = await openPostgres({ ...settings, database: 'postgres' });
    await admin.query(`create database ${settings.database}`);
    db = await openPostgres(settings);
    await migrateOps(db, [join(PACK, 'sql/ops')]);
    const pool = await db.connect();
    await seedShop(pool, { perDay: 60 }).finally(() => pool.release());

    const files = join(folder, 'files');
    const bundles = join(folder, 'bundles');
    [files, bundles].forEach(name => mkdirSync(name));
    const connections = join(folder, 'connections.json');
    writeConnections(connections, {
      warehouse: settings,
      'model-files': { kind: 'files', path: files },
      mlflow: { kind: 'http', baseUrl: mlflow.url },
    });
    const { url, user, password } = dolphinscheduler;
    client = await createClient({ url, user, password });
    await makeEnvironment(client, project, { bundles, connections });
    // Whatever the new version is worth, it goes live: so there is one to go back to.
    const plan = {
      ...customerChurn,
      name: model,
      gates: { better: { test: 'bootstrap', margin: 9 } },
      trainer: { kind: 'forest', trees: 50, tries: 1, folds: 1 },
      // How fast a busy machine answers is no matter here.
      watch: { latencyMs: 10_000 },
    } as const;
    const { nightly, watching } = retrainingWorkflows({ plan, project, nights: null, looks: null });
    await bring(client, [nightly, watching], {
      environment: project,
      delivery: { kind: 'path', folder: bundles },
      bundles: await bundlePacks([{ name: 'model-retraining', folder: PACK }], folder),
    });

    const access = join(folder, 'access.json');
    const digest = createHash('sha256').update(token).digest('hex');
    const tenants = [{ name: 'shop', tokens: [digest], models: [model] }];
    writeFileSync(access, JSON.stringify({ tenants }));
    const port = await freePort();
    server = {
      url: `http://127.0.0.1:${port}`,
      process: start([
        ...[join(SERVER, 'src/main.ts'), '--bundles', join(files, 'bundles')],
        ...['--access', access, '--connections', connections, '--postgres', 'warehouse'],
        ...['--port', String(port), '--drain', '0'],
      ]),
    };
    await ready(`${server.url}/readyz`);
  }, LIMIT_MS);

  afterAll(async () => {
    for (const started of [shop, server]) started?.process.kill('SIGKILL');
    // Its environment stays: DolphinScheduler deletes none that was used.
    if (client) await rest(client, project);
    await db?.end();
    await admin?.query(`drop database if exists ${settings.database} with (force)`);
    await admin?.end();
    rmSync(folder, { recursive: true, force: true });
  }, LIMIT_MS);

  it(
    'is live after a night, in PostgreSQL, MLflow and the server alike',
    async () => {
      const days = [1, 0].map(ago =>
        new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10),
      );
      for (const day of days) await run(`${model}-nightly`, { day });
      expect(await values('select outcome from models.retraining order by day')).toEqual([
        'deployed',
        'deployed',
      ]);
      expect(await values('select current from models.deployment')).toEqual([2]);
      const [accuracy] = await values(
        `select (metrics ->> 'accuracy')::float8 from models.version where number = 2`,
      );
      expect(accuracy).toBeGreaterThan(0.85);
      const { data: registered } = await axios.get<{ model_version: { tags: object[] } }>(
        `${mlflow.url}/api/2.0/mlflow/registered-models/alias`,
        { params: { name: model, alias: 'champion' }, proxy: false },
      );
      expect(registered.model_version.tags).toContainEqual({
        key: 'dolphinstage.version',
        value: '2',
      });
      const { data: served } = await axios.get<{ version: number }>(
        `${server!.url}/v1/models/${model}`,
        { headers: { authorization: `Bearer ${token}` }, proxy: false },
      );
      expect(served.version).toBe(2);
    },
    2 * LIMIT_MS,
  );

  it(
    'is right while the world stays, and gives way to the version before when it changes; no request fails',
    async () => {
      const port = await freePort();
      shop = {
        url: `http://127.0.0.1:${port}`,
        process: start([SHOP], {
          ...{ PGHOST: settings.host, PGPORT: String(settings.port), PGUSER: settings.user },
          ...{ PGPASSWORD: settings.password, PGDATABASE: settings.database },
          ...{ SHOP_PORT: String(port), SHOP_MODELS: server!.url, SHOP_TOKEN: token },
          ...{ SHOP_MODEL: model, SHOP_RATE: '50', SHOP_WAIT: '1' },
        }),
      };
      await ready(shop.url);
      const good = await after(200);
      expect(good.right / good.asked).toBeGreaterThan(0.85);
      await run(`${model}-watch`);
      expect(await values('select action from models.watch order by id desc limit 1')).toEqual([
        'none',
      ]);

      await axios.post(`${shop.url}/drift/truth`, undefined, { proxy: false });
      const bad = await after(500);
      expect(bad.right / bad.asked).toBeLessThan(0.8);
      await run(`${model}-watch`);
      const [look] = (
        await db.query<{ action: string; reasons: string[] }>(
          'select action, reasons from models.watch order by id desc limit 1',
        )
      ).rows;
      expect(look).toEqual({
        action: 'rollback',
        reasons: [expect.stringMatching(/accuracy/)],
      });
      await after(50);
      const [answers] = await values(
        'select array_agg(distinct version) from (select version from models.prediction order by at desc limit 20) latest',
      );
      expect(answers).toEqual([1]);
      expect((await page()).unanswered).toBe(0);
    },
    2 * LIMIT_MS,
  );

  it(
    'is shown, and switched with a reason, on the command line',
    async () => {
      const models = (...args: string[]) =>
        dolphinstage(['models', ...args, '--connections', join(folder, 'connections.json')], {
          home: join(folder, 'home'),
        });
      const list = await models('list');
      expect(list.stdout).toMatch(new RegExp(`${model} .*group:default/data-platform +1 +2 `));
      const shown = lastJson(await models('show', model, '--json'));
      expect(shown).toMatchObject({
        current: 1,
        versions: [{ number: 2, condemned: true }, { number: 1 }],
        nights: [{ outcome: 'deployed' }, { outcome: 'deployed' }],
        switches: [{ kind: 'rollback' }, { kind: 'promote' }, { kind: 'promote' }],
      });
      const unexplained = await models('promote', model, '--to', '2');
      expect([unexplained.code, unexplained.stderr]).toEqual([
        expect.any(Number),
        expect.stringContaining('--why'),
      ]);
      expect(unexplained.code).not.toBe(0);
      const wrong = await models('promote', model, '--to', '7', '--why', 'try');
      expect(wrong.code).not.toBe(0);
      expect(wrong.stderr).toContain('Name one of 1, 2');
      const promoted = await models('promote', model, '--to', '2', '--why', 'the world is back');
      expect(promoted.stdout).toContain(`version 2 of ${model} is live, in place of 1`);
      expect(await values('select why from models.switch order by id desc limit 1')).toEqual([
        'the world is back',
      ]);
    },
    LIMIT_MS,
  );
});
