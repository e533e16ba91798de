import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Home, endProcessesOf, type ServerStatus } from '@dolphinstage/embedded';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { dolphinstage, lastJson, start, seededRandom, testSeed } from '../src';

const FLIGHTS = 336_776;
/** New rows before each kill, so that the run in which it falls has something to move. */
const NEW_FLIGHTS = 50_000;
const VICTIMS = ['dolphinscheduler', 'postgres', 'kafka', 'mariadb'];
/** One at random in a normal run, every one with `test --all`. */
const KILLS = process.env.DOLPHINSTAGE_TEST_ALL ? VICTIMS.length : 1;
const LATEST_KILL_MS = 9_000;

describe('a platform whose server is killed in the middle of a run', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  let home: string;

  const status = async () =>
    lastJson<{ servers: ServerStatus[] }>(await dolphinstage(['status', '--json'], { home }))
      .servers;
  const pidOf = async (name: string) =>
    (await status()).find(server => server.name === name)?.pid ?? 0;

  async function appendFlights(): Promise<void> {
    const mariadb = (await status()).find(({ name }) => name === 'mariadb');
    const connection = await createConnection({
      host: '127.0.0.1',
      port: mariadb?.port,
      user: 'root',
      password: new Home(home).secret('mariadb.root'),
      database: 'transactions',
    });
    try {
      const [columns] = await connection.query<never[]>(
        `select column_name as name from information_schema.columns
         where table_schema = 'transactions' and table_name = 'flights' and column_name <> 'id'`,
      );
      const list = columns.map(({ name }) => `\`${name}\``).join(', ');
      await connection.query(
        `insert into flights (${list}) select ${list} from flights order by id limit ${NEW_FLIGHTS}`,
      );
    } finally {
      await connection.end();
    }
  }

  /** Flights by layer, counted in the warehouse itself. */
  async function warehouse(): Promise<Record<'raw' | 'distinct' | 'cleaned' | 'fact', number>> {
    const server = (await status()).find(({ name }) => name === 'postgres');
    const client = new Client({
      host: '127.0.0.1',
      port: server?.port,
      user: 'warehouse',
      database: 'warehouse',
      password: new Home(home).secret('postgres.warehouse'),
    });
    await client.connect();
    try {
      const { rows } = await client.query(
        `select (select count(*)::int from raw.flights) as raw,
                (select count(distinct id)::int from raw.flights) as distinct,
                (select count(*)::int from cleaned.flights) as cleaned,
                (select count(*)::int from analytics.fact_flight) as fact`,
      );
      return rows[0];
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'dolphinstage-faults-'));
    chmodSync(home, 0o755);
    const up = await dolphinstage(['up', '--detach'], { home, limit: 600 });
    if (up.code !== 0) throw new Error(up.stderr);
  }, 660_000);

  afterAll(async () => {
    await endProcessesOf(home);
    rmSync(home, { recursive: true, force: true });
  }, 120_000);

  const order = VICTIMS.map(name => ({ name, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, KILLS)
    .map(({ name }, index) => ({
      name,
      kills: index + 1,
      after: Math.floor(random() * LATEST_KILL_MS),
    }));

  it.each(order)(
    `$name, $after ms in (seed ${seed}): nothing is lost, nothing doubled`,
    async ({ name, kills, after }) => {
      await appendFlights();
      const run = start(['run', 'warehouse/warehouse-etl', '--wait'], { home, limit: 900 });
      await sleep(after);
      process.kill(await pidOf(name), 'SIGKILL');
      const killed = await run.result;
      for (
        let tries = 0;
        (await pidOf(name)) === 0 || !(await status()).every(s => s.healthy);
        tries++
      ) {
        if (tries > 120) throw new Error(`${name} did not come back`);
        await sleep(500);
      }
      // Whether the run outlived it or not: the next one finishes what it left.
      const next = await dolphinstage(['run', 'warehouse/warehouse-etl', '--wait'], {
        home,
        limit: 600,
      });
      expect(`${killed.stderr.slice(-500)}${next.stderr}${next.stdout}`).toMatch(/success/i);
      expect(next.code).toBe(0);
      const total = FLIGHTS + kills * NEW_FLIGHTS;
      expect(await warehouse()).toEqual({
        raw: total,
        distinct: total,
        cleaned: total,
        fact: total,
      });
    },
    1_800_000,
  );

  it('down ends it, and leaves nothing running', async () => {
    const down = await dolphinstage(['down'], { home });
    expect(down).toMatchObject({ code: 0, stderr: expect.stringMatching(/^down$/m) });
    for (const server of await status()) {
      expect(server).toMatchObject({ healthy: false, pid: null });
    }
    expect(await endProcessesOf(home)).toBe(0);
  }, 120_000);
});
