import { createHash, randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import {
  BundleStore,
  FileStore,
  computeFeatures,
  referenceOf,
  type FeatureDefinition,
  type InputRow,
  type ModelFile,
} from '@dolphinstage/model-kit';
import { toOnnx, trainClassifier, type ForestClassifier } from '@dolphinstage/random-forest';
import { migrateOps, openPostgres, type ConnectionSettings } from '@dolphinstage/task-kit';
import { seededRandom } from '@dolphinstage/test';
import type { Pool } from 'pg';

export const features: FeatureDefinition[] = [
  { name: 'calls', kind: 'numeric', from: { field: 'calls' } },
  { name: 'calls a day', kind: 'numeric', from: { ratio: ['calls', 'days'] } },
  { name: 'talk', kind: 'numeric', from: { log1p: 'minutes' } },
  { name: 'since', kind: 'numeric', from: { daysBetween: ['joined', 'asked'] } },
  { name: 'hour', kind: 'numeric', from: { hourOfDay: 'asked' } },
  { name: 'weekday', kind: 'numeric', from: { dayOfWeek: 'asked' } },
  { name: 'step', kind: 'numeric', from: { bucket: 'minutes', edges: [10, 50] } },
  { name: 'plan', kind: 'categorical', from: { field: 'plan' } },
];

/** Customers; the seed is fixed, so that all runs serve the same forests. */
export function customers(count: number, seed: number): InputRow[] {
  const random = seededRandom(seed);
  const some = <T>(value: T) => (random() < 0.1 ? null : value);
  return Array.from({ length: count }, () => ({
    calls: some(Math.floor(random() * 20)),
    days: some(Math.floor(random() * 5)),
    minutes: some(random() * 100),
    joined: some(new Date(1.7e12 + random() * 1e10).toISOString()),
    asked: new Date(1.72e12 + random() * 1e9).toISOString(),
    plan: some(['prepaid', 'contract', 'team'][Math.floor(random() * 3)]!),
  }));
}

/** A forest of ours, and its bundle's files. */
export interface Trained {
  readonly forest: ForestClassifier;
  readonly files: Map<string, Uint8Array>;
}

export async function train(name: string, seed: number, trees = 10): Promise<Trained> {
  const rows = customers(400, seed);
  const columns = computeFeatures(features, rows);
  const random = seededRandom(seed);
  const labels = rows.map(({ calls }) => ((calls as number) + random() * 8 > 12 ? 'yes' : 'no'));
  const forest = await trainClassifier(columns, labels, { trees, seed, threads: 0 });
  const model: ModelFile = {
    name,
    positive: 'yes',
    classes: forest.classes as string[],
    features,
    categories: Object.fromEntries(
      forest.signature.flatMap(each =>
        each.kind === 'categorical' ? [[each.name, [...each.categories]]] : [],
      ),
    ),
    missing: forest.signature.flatMap(each =>
      each.kind === 'categorical' && each.missing ? [each.name] : [],
    ),
    reference: Object.fromEntries(columns.map(column => [column.name, referenceOf(column)])),
    window: { from: '2026-04-01', to: '2026-05-01' },
    baseline: 0.5,
    producer: { trainer: 'forest', code: String(seed) },
  };
  return {
    forest,
    files: new Map([
      ['model.onnx', toOnnx(forest)],
      ['model.json', Buffer.from(JSON.stringify(model))],
    ]),
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Asks again until it is true; every wait has a limit. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  limitMs = 60_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come true within ${limitMs} ms`);
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}

/** A server's process. */
export class ServerProcess {
  said = '';
  url = '';

  private constructor(readonly child: ChildProcess) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  static async start(args: readonly string[]): Promise<ServerProcess> {
    const root = dirname(require.resolve('@dolphinstage/model-server/package.json'));
    const child = spawn(process.execPath, [join(root, 'bin/dolphinstage-models.js'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const server = new ServerProcess(child);
    server.url = await eventually('the server listens', async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${server.said}`);
      return /listens at (\S+)/.exec(server.said)?.[1];
    });
    return server;
  }

  /** @returns its exit code. */
  async end(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill('SIGTERM');
    const [code] = (await once(this.child, 'exit')) as [number | null];
    return code;
  }
}

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly body: any;
}

/** A database, a folder of bundles, and servers of one suite. */
export class World {
  private readonly folder = mkdtempSync(join(tmpdir(), 'model-server-test-'));
  readonly bundlesFolder = join(this.folder, 'bundles');
  private readonly bundles = new BundleStore(new FileStore(this.bundlesFolder));
  private readonly servers: ServerProcess[] = [];
  readonly token = randomUUID();
  readonly slowToken = randomUUID();

  private constructor(
    private readonly admin: Pool,
    readonly settings: ConnectionSettings<'postgres'>,
    readonly db: Pool,
  ) {}

  static async create(): Promise<World> {
    const name = `models_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const server = { kind: 'postgres', tls: 'off', ...testPlatform().postgres } as const;
    const admin = await openPostgres({ ...server, database: 'postgres' });
    await admin.query(`create database ${name}`);
    const settings = { ...server, database: name };
    const db = await openPostgres(settings);
    const pack = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
    await migrateOps(db, [join(pack, 'sql/ops')]);
    return new World(admin, settings, db);
  }

  async close(): Promise<void> {
    for (const { child } of this.servers) child.kill('SIGKILL');
    await this.db.end();
    await this.admin.query(`drop database ${this.settings.database} with (force)`);
    await this.admin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param at - the port of PostgreSQL, where it isn't its own. */
  async serve(more: readonly string[] = [], at = this.settings.port): Promise<ServerProcess> {
    const write = (name: string, content: object) => {
      const file = join(this.folder, name);
      writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
      return file;
    };
    const server = await ServerProcess.start([
      ...['--bundles', this.bundlesFolder, '--port', '0', '--drain', '200'],
      ...['--connections', write('connections', { models: { ...this.settings, port: at } })],
      '--access',
      write('access', {
        tenants: [
          { name: 'shop', tokens: [sha256(this.token)], models: ['*'], rate: 100_000 },
          { name: 'slow', tokens: [sha256(this.slowToken)], models: ['churn'], rate: 3 },
        ],
      }),
      ...more,
    ]);
    this.servers.push(server);
    return server;
  }

  /** Registers a version. @returns its bundle. */
  async register(model: string, number: number, files: Map<string, Uint8Array>): Promise<string> {
    const bundle = await this.bundles.put(files);
    await this.db.query(
      "insert into models.model values ($1, 'o', 'd') on conflict (name) do nothing",
      [model],
    );
    await this.db.query(
      'insert into models.deployment (model) values ($1) on conflict (model) do nothing',
      [model],
    );
    await this.db.query(
      `insert into models.version (model, number, bundle, params, metrics, gates, data_from, data_to,
        day, code_digest, created_by)
      values ($1, $2, $3, '{}', '{}', '[]', now(), now(), now(), 'c', 'test')`,
      [model, number, bundle],
    );
    return bundle;
  }

  async switchTo(model: string, current: number): Promise<void> {
    await this.db.query(
      `update models.deployment set previous = current, current = $2, candidate = null, mode = null,
        generation = generation + 1 where model = $1`,
      [model, current],
    );
    await this.db.query("select pg_notify('models_changed', $1)", [model]);
  }

  async tryOut(model: string, candidate: number | null, mode: string | null, share: number | null) {
    await this.db.query(
      `update models.deployment set candidate = $2, mode = $3, share = $4,
        generation = generation + 1 where model = $1`,
      [model, candidate, mode, share],
    );
    await this.db.query("select pg_notify('models_changed', $1)", [model]);
  }

  async ask(
    { url }: ServerProcess,
    path: string,
    body?: unknown,
    token: string | null = this.token,
  ): Promise<Reply> {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: json ? JSON.parse(text) : text };
  }

  predict(server: ServerProcess, rows: readonly unknown[], keys?: readonly string[]) {
    return this.ask(server, '/v1/models/churn/predict', { rows, ...(keys ? { keys } : {}) });
  }

  /** Waits until a version answers. */
  async answers(server: ServerProcess, version: number, model = 'churn'): Promise<void> {
    await eventually(`version ${version} answers`, async () => {
      const { body } = await this.ask(server, `/v1/models/${model}`);
      return body.version === version;
    });
  }
}
