import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import {
  ensureTopic,
  migrateOps,
  openKafka,
  openPostgres,
  withAdmin,
  type Connections,
} from '@dolphinstage/task-kit';
import { runTaskForTest } from '@dolphinstage/task-kit/testing';
import { relearn, topicsWith } from '@dolphinstage/tasks-data-quality';
import { dolphinstage, lastJson } from '../src';

const LIMIT_MS = 120_000;
const WINDOWS = 60;
const ROWS = 20;
const PACK = dirname(require.resolve('@dolphinstage/tasks-data-quality/package.json'));

describe('dolphinstage quality', () => {
  const id = randomUUID().slice(0, 8);
  const topics = topicsWith(id);
  const input = `incoming-${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-quality-'));
  const contracts = join(folder, 'contracts');
  const connections = join(folder, 'connections.json');
  let kafka: Awaited<ReturnType<typeof openKafka>>;

  const contract = (version: number, status: readonly string[]) => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    'x-dataset': 'orders',
    'x-version': version,
    'x-key': ['id'],
    'x-quality': { topic: input, window: '1s', redact: ['email'] },
    properties: {
      id: { type: 'string' },
      amount: { type: 'number', minimum: 0 },
      status: { enum: status },
      email: { type: 'string' },
    },
    required: ['id', 'amount', 'status'],
  });
  const run = (args: string[], own: string[] = ['--contracts', contracts]) =>
    dolphinstage(['quality', ...args, '--connections', connections, '--topic-suffix', id, ...own], {
      home: join(folder, 'home'),
    });
  const bad = (offset: number, row: object) => ({
    key: `k-${offset}`,
    value: JSON.stringify(row),
    headers: {
      'quality-dataset': 'orders',
      'quality-version': '1',
      'quality-check': 'schema',
      'quality-field': 'status',
      'quality-detail': 'must be equal to one of the allowed values',
      'quality-topic': input,
      'quality-partition': '0',
      'quality-offset': String(offset),
      'quality-timestamp': String(Date.now()),
    },
  });

  beforeAll(async () => {
    mkdirSync(contracts);
    writeFileSync(join(contracts, 'orders.json'), JSON.stringify(contract(1, ['new', 'paid'])));
    const { brokers } = testPlatform().kafka;
    const settings = { kind: 'kafka', tls: false, brokers } as const;
    writeFileSync(connections, JSON.stringify({ streams: settings }), { mode: 0o600 });
    kafka = await openKafka(settings);
    await ensureTopic(kafka, { topic: input, partitions: 1 });
    for (const topic of [topics.quarantine, topics.scores, topics.alerts, topics.windows]) {
      await ensureTopic(kafka, { topic, partitions: 4 });
    }
    const begin = Math.floor(Date.now() / 1000) * 1000 - (WINDOWS + 5) * 1000;
    const producer = kafka.producer();
    await producer.connect();
    await producer.sendBatch({
      topicMessages: [
        {
          topic: input,
          messages: Array.from({ length: WINDOWS * ROWS }, (_none, n) => ({
            value: JSON.stringify({
              ...{ id: `o-${n}`, amount: n % 10, status: 'paid', email: `secret-${n}@example.org` },
            }),
            timestamp: String(begin + n * (1000 / ROWS)),
          })),
        },
        {
          topic: topics.quarantine,
          messages: [
            bad(1, { id: 'b-1', amount: 1, status: 'sent', email: 'secret@example.org' }),
            bad(2, { id: 'b-2', amount: -1, status: 'sent' }),
          ],
        },
        {
          topic: topics.scores,
          messages: [
            {
              key: 'orders',
              value: JSON.stringify({
                ...{ dataset: 'orders', version: 1, rows: 10, passed: 8, score: 0.8 },
                ...{ parts: { schema: 2 }, late: 0, ahead: 0, findings: [] },
                ...{ start: '2026-03-01T10:00:00.000Z', end: '2026-03-01T10:00:01.000Z' },
              }),
            },
          ],
        },
        {
          topic: topics.alerts,
          messages: ['open', 'resolved'].flatMap(state =>
            ['a', ...(state === 'open' ? ['b'] : [])].map(alert => ({
              key: alert,
              value: JSON.stringify({
                data: {
                  ...{ alert, state, dataset: 'orders', check: 'schema', field: alert },
                  ...{ severity: 'warning', words: `${alert} is wrong`, badRows: 1, examples: [] },
                  ...{ since: '2026-03-01T10:00:00.000Z', opened: '2026-03-01T10:00:00.000Z' },
                  ...(state === 'open' ? {} : { resolved: '2026-03-01T10:05:00.000Z' }),
                },
              }),
            })),
          ),
        },
      ],
    });
    await producer.disconnect();
  }, LIMIT_MS);

  afterAll(async () => {
    await withAdmin(kafka, async admin => {
      const own = (await admin.listTopics()).filter(topic => topic.endsWith(id));
      await admin.deleteTopics({ topics: own });
    });
    rmSync(folder, { recursive: true, force: true });
  }, LIMIT_MS);

  it(
    'shows scores, and the alerts that are open',
    async () => {
      const scores = await run(['scores', 'orders'], []);
      expect(scores.code).toBe(0);
      expect(scores.stdout).toMatch(/2026-03-01 10:00:00 +orders +10 +8 +80% +schema 2/);
      const alerts = await run(['alerts'], []);
      expect(alerts.stdout).toContain('b is wrong');
      expect(alerts.stdout).not.toContain('a is wrong');
      const all = lastJson(await run(['alerts', '--all', '--json'], [])) as { alerts: unknown[] };
      expect(all.alerts).toHaveLength(2);
    },
    LIMIT_MS,
  );

  it(
    'shows bad rows without what their contract redacts, and replays what is good by now once',
    async () => {
      const list = await run(['quarantine', 'list', '--json'], []);
      expect(list.stdout).not.toContain('secret');
      const { rows } = lastJson(list) as { rows: { id: string; origin: { offset: number } }[] };
      const first = rows.find(({ origin }) => origin.offset === 1)!.id;
      const shown = await run(['quarantine', 'show', first]);
      expect(shown.stdout).toContain('"email": "***"');
      expect(shown.stdout).not.toContain('secret@example.org');
      const raw = await run(['quarantine', 'show', first, '--raw']);
      expect(raw.stdout).toContain('secret@example.org');
      // Still bad by the contract in force; good by the next one, but for the one with a bad amount.
      const replay = ['quarantine', 'replay', '--dataset', 'orders'];
      expect((await run(replay)).stdout).toContain('0 replayed, 2 still bad, 0 skipped.');
      const next = JSON.stringify(contract(2, ['new', 'paid', 'sent']));
      writeFileSync(join(contracts, 'orders-2.json'), next);
      expect((await run([...replay, '--dry-run'])).stdout).toContain('1 would be replayed');
      expect((await run(replay)).stdout).toContain('1 replayed, 1 still bad, 0 skipped.');
      expect((await run(replay)).stdout).toContain('0 replayed, 1 still bad, 1 skipped.');
      rmSync(join(contracts, 'orders-2.json'));
    },
    LIMIT_MS,
  );

  it(
    'learns from history, and tries a changed contract beside the one in force',
    async () => {
      const learned = await run(['learn', 'orders', '--since', '1h']);
      expect(learned).toMatchObject({ code: 0 });
      expect(learned.stdout).toMatch(/volume +– +20(\.\d+)? +rows +changes/);
      expect(learned.stdout).toContain('Nothing was changed');
      const file = join(folder, 'changed.json');
      const changed = contract(2, ['new', 'paid']);
      const properties = { ...changed.properties, amount: { type: 'number', maximum: 8 } };
      writeFileSync(file, JSON.stringify({ ...changed, properties }));
      const tried = await run(['try', file, '--since', '1h', '--json']);
      const { faults } = lastJson(tried) as { faults: object[] };
      expect(faults).toContainEqual(
        expect.objectContaining({ check: 'schema', field: 'amount', before: 0 }),
      );
      expect(tried.stdout).not.toContain('secret');
    },
    LIMIT_MS,
  );

  it(
    'shows what the workflow proposes to learn',
    async () => {
      const { postgres, kafka: server } = testPlatform();
      const database = `quality_${id}`;
      const ops = { kind: 'postgres', tls: 'off', ...postgres, database } as const;
      const known: Connections = {
        ops,
        kafka: { kind: 'kafka', tls: false, brokers: server.brokers },
      };
      const admin = await openPostgres({ ...ops, database: 'postgres' });
      await admin.query(`create database ${database}`);
      const db = await openPostgres(ops);
      await migrateOps(db, [join(PACK, 'sql/ops')]);
      await db.end();
      try {
        const own = ['--connection', 'ops'];
        writeFileSync(connections, JSON.stringify(known), { mode: 0o600 });
        expect((await run(['proposals'], own)).stdout).toMatch(/^Nothing is proposed/);
        const asked = {
          ...{ kafka: { connection: 'kafka' }, topicSuffix: id, days: 1 },
          contracts: [contract(1, ['new', 'paid'])],
        };
        await runTaskForTest(relearn, asked, { connections: known, packRoot: PACK });
        const { code, stdout } = await run(['proposals', 'orders'], own);
        expect(stdout).toMatch(/^orders, .*: \d+ of \d+ levels would change, by 1,200 rows in /);
        expect(stdout).toMatch(/volume +– +20(\.\d+)? +rows +changes/);
        expect(code).toBe(0);
        const { proposals } = lastJson<{ proposals: object[] }>(
          await run(['proposals', '--json'], own),
        );
        expect(proposals).toMatchObject([{ dataset: 'orders', version: 1, rows: 1_200 }]);
      } finally {
        await admin.query(`drop database ${database} with (force)`);
        await admin.end();
      }
    },
    LIMIT_MS,
  );

  it(
    "says what is wrong with a command, and how it's right",
    async () => {
      const none = await run(['quarantine', 'replay']);
      expect(none).toMatchObject({ code: 1 });
      expect(none.stderr).toContain('which rows?');
      const unknown = await run(['freeze', 'nothing']);
      expect(unknown.stderr).toContain('Use one of: orders.');
      const check = await run(['accept', 'orders', 'schema']);
      expect(check).toMatchObject({ code: 1 });
      expect(check.stderr).toContain('schema is no check of statistics');
      expect((await run(['freeze', 'orders'])).stdout).toBe(
        'orders learns nothing until it is thawed.\n',
      );
      const applied = await run(['learn', 'orders', '--since', '1h', '--apply']);
      expect(applied.stdout).toContain('The checker was told');
      const ends = await withAdmin(kafka, admin => admin.fetchTopicOffsets(topics.windows));
      // Only these two were sent: what was refused wasn't.
      expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).toBe(2);
    },
    LIMIT_MS,
  );
});
