import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Home, servers, serverStatus, Supervisor } from '@dolphinstage/embedded';
import { ensureTopic } from '@dolphinstage/task-kit/kafka';
import { Ops } from '../__testUtils__/ops';
import { Streams } from '../__testUtils__/streams';
import { rollUp } from './roll-up';

const LIMIT_MS = 120_000;
const AWAY_MS = process.env.DOLPHINSTAGE_TEST_ALL ? 600_000 : 1_000;
const COUNT = 300;
const MIDDLE = 150;
const START = Date.parse('2026-03-01T10:00:00Z');

const score = (n: number) => ({
  dataset: 'orders',
  version: 1,
  start: new Date(START + n * 60_000).toISOString(),
  end: new Date(START + (n + 1) * 60_000).toISOString(),
  // By this the middle one is known.
  rows: n,
  passed: n,
  score: 1,
  parts: {},
  late: 0,
  ahead: 0,
  findings: [],
});

// Its own PostgreSQL: that of the test run is others', too.
describe('the roll-up, PostgreSQL being killed and staying away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-postgres-away-'));
  const only = servers.filter(({ name }) => name === 'postgres');
  let home: Home;
  let supervisor: Supervisor;
  let streams: Streams;
  let ops: Ops;

  const start = async () => {
    supervisor = new Supervisor({ home, servers: only });
    await supervisor.start();
  };

  beforeAll(async () => {
    // The service user, whom the servers run as, must get in.
    chmodSync(folder, 0o755);
    home = new Home(join(folder, 'home'));
    await start();
    const { host, port, user = '', password = '' } = supervisor.endpoint('postgres');
    [streams, ops] = await Promise.all([
      Streams.open(),
      Ops.create({ host, port, user, password }),
    ]);
    for (const topic of [streams.topics.scores, streams.topics.alerts]) {
      await ensureTopic(streams.kafka, { topic, partitions: 4 });
    }
  }, LIMIT_MS);

  afterAll(async () => {
    await streams?.close();
    await ops?.close();
    await supervisor?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, LIMIT_MS);

  it(
    'goes on where its rows stand',
    async () => {
      await streams.write(
        Array.from({ length: COUNT }, (_none, n) => ({
          key: String(n),
          value: JSON.stringify(score(n)),
        })),
        streams.topics.scores,
      );
      const run = () =>
        ops.run(rollUp, {
          kafka: { connection: 'kafka' },
          topicSuffix: streams.id,
          transactionRows: 10,
        });
      await ops.db.query(`
        create function wait_here() returns trigger language plpgsql as
        $$ begin perform pg_sleep(600); return new; end $$;
        create trigger wait_here before insert on ops.quality_window
        for each row when (new.rows = ${MIDDLE}) execute function wait_here()`);
      const cut = run().catch((error: Error) => error);
      const waits = `select 1 from pg_stat_activity where datname = '${ops.name}' and wait_event = 'PgSleep'`;
      while ((await ops.rows(waits)).length === 0) await pause(20);

      const [postgres] = await serverStatus({ home, servers: only });
      process.kill(postgres!.pid!, 'SIGKILL');
      await supervisor.stop();
      expect(await cut).toBeInstanceOf(Error);
      await expect(run()).rejects.toThrow(/ECONNREFUSED|not.*reach/i);
      await pause(AWAY_MS);

      await start();
      await ops.db.query('drop trigger wait_here on ops.quality_window');
      const windows = async () => (await ops.rows('select * from ops.quality_window')).length;
      const before = await windows();
      expect(before).toBeLessThan(COUNT);
      const { counters } = await run();
      expect(counters.rowsIn).toBe(COUNT - before);
      expect(await windows()).toBe(COUNT);
    },
    LIMIT_MS + AWAY_MS,
  );
});
