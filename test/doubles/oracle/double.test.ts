import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import oracledb, { type Connection } from 'oracledb';
import { startOracleDouble, type OracleDouble } from './server';
import { attributes, createStore, type Store } from './test-database';

// What a test of an extraction relies on beyond the driver's calls: that the double stays healthy whatever
// clients do, needs little memory, refuses what it can't do, and fails on command.

jest.setTimeout(120_000);

/** Resolves when the condition holds; polls, since what it asks is another process. */
async function eventually(condition: () => Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${condition}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('the Oracle double', () => {
  let store: Store;
  let double: OracleDouble;

  const connect = (of = double) => oracledb.getConnection(attributes(of, store.settings));
  const count = async (connection: Connection) =>
    (await connection.execute<[number]>('SELECT COUNT(*) AS n FROM wide')).rows![0]![0];
  /** Sessions in PostgreSQL that aren't this very question. */
  const sessionsInStore = async () =>
    Number(
      (
        await store.query(`SELECT COUNT(*) AS n FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`)
      )[0]!.n,
    );

  beforeAll(async () => {
    store = await createStore('double');
    await store.query(`CREATE TABLE hr.wide AS
      SELECT id, repeat(md5(id::text), 32) AS text FROM generate_series(1, 150000) AS id`);
    double = await startOracleDouble(store.settings);
  });
  afterAll(async () => {
    await double?.close();
    await store?.drop();
  });

  it('refuses what it does not do, and the session goes on', async () => {
    const connection = await connect();
    try {
      for (const [sql, binds] of [
        ['BEGIN NULL; END;', []],
        ['BEGIN :x := 1; END;', { x: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } }],
        [
          'INSERT INTO wide (id) VALUES (:id) RETURNING id INTO :x',
          { id: 1, x: { dir: oracledb.BIND_OUT, type: oracledb.NUMBER } },
        ],
        [
          'SELECT id FROM wide WHERE text = :x',
          { x: { val: { a: 1 }, type: oracledb.DB_TYPE_JSON } },
        ],
        ['SELECT id FROM wide ORDER BY ROWNUM', []],
      ] as [string, oracledb.BindParameters][]) {
        await expect(connection.execute(sql, binds)).rejects.toMatchObject({ errorNum: 3001 });
      }
      await expect(
        connection.executeMany('INSERT INTO wide (id) VALUES (:1)', [[1]], { batchErrors: true }),
      ).rejects.toMatchObject({ errorNum: 3001 });
      await expect(connection.execute('MAKE ME A SANDWICH')).rejects.toMatchObject({
        errorNum: 900,
      });
      expect(await count(connection)).toBe(150_000);
    } finally {
      await connection.close();
    }
  });

  it('notices a client that leaks cursors', async () => {
    const leaking = await oracledb.getConnection({
      ...attributes(double, store.settings),
      stmtCacheSize: 1000,
    });
    try {
      const leak = async () => {
        for (let n = 0; n < 400; n++) await leaking.execute(`SELECT ${n} FROM dual`);
      };
      await expect(leak()).rejects.toMatchObject({ errorNum: 1000 });
    } finally {
      await leaking.close();
    }
  });

  it('serves many clients at a time', async () => {
    const connections = await Promise.all(Array.from({ length: 30 }, () => connect()));
    expect(double.connections()).toBe(30);
    expect(await Promise.all(connections.map(count))).toEqual(new Array(30).fill(150_000));
    await Promise.all(connections.map(connection => connection.close()));
    await eventually(async () => double.connections() === 0 && (await sessionsInStore()) === 0);
  });

  it('survives a client that is killed in the middle of a fetch', async () => {
    const script = `
      const oracledb = require('oracledb');
      (async () => {
        const connection = await oracledb.getConnection(${JSON.stringify(attributes(double, store.settings))});
        const { resultSet } = await connection.execute('SELECT * FROM wide', [], { resultSet: true });
        await resultSet.getRows(1000);
        console.log('fetching');
        for (;;) await resultSet.getRows(1000);
      })();`;
    const client = spawn(process.execPath, ['-e', script], {
      cwd: __dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(client.stdout), 'line');
    client.kill('SIGKILL');
    await once(client, 'exit');

    await eventually(async () => double.connections() === 0 && (await sessionsInStore()) === 0);
    const connection = await connect();
    expect(await count(connection)).toBe(150_000);
    await connection.close();
  });

  it('rolls back what its clients left when it ends', async () => {
    const own = await startOracleDouble(store.settings);
    const connection = await connect(own);
    await connection.execute('UPDATE wide SET text = NULL WHERE id = 1');
    await own.close();
    await expect(connection.ping()).rejects.toMatchObject({ code: 'NJS-500' });
    expect(await store.query('SELECT id FROM hr.wide WHERE text IS NULL')).toEqual([]);
  });

  it('loses the one session whose PostgreSQL half ends, and no other', async () => {
    const connection = await connect();
    expect(await count(connection)).toBe(150_000);
    await store.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await eventually(async () => double.connections() === 0);
    await expect(connection.ping()).rejects.toMatchObject({ code: 'NJS-500' });
    const other = await connect();
    expect(await count(other)).toBe(150_000);
    await other.close();
  });

  it('is not upset by what is no Oracle client', async () => {
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(4096, 0xff),
      Buffer.from([0, 12, 0, 0, 6, 0, 0, 0, 0, 0, 1, 2]),
      Buffer.alloc(0),
    ]) {
      const socket = connectSocket(double.port, '127.0.0.1');
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      socket.end(bytes);
      socket.resume();
      await closed;
    }
    const connection = await connect();
    expect(await count(connection)).toBe(150_000);
    await connection.close();
  });

  it('drops a connection after so many rows when told to, and only so often', async () => {
    const faulty = await startOracleDouble({
      ...store.settings,
      faults: { dropAfterRows: 2500, drops: 2 },
    });
    const extract = async () => {
      const connection = await connect(faulty);
      let rows = 0;
      try {
        const { resultSet } = await connection.execute('SELECT id FROM wide ORDER BY id', [], {
          resultSet: true,
          fetchArraySize: 1000,
          prefetchRows: 1000,
        });
        for (;;) {
          const part = await resultSet!.getRows(1000);
          if (part.length === 0) return { rows };
          rows += part.length;
        }
      } catch (error) {
        return { rows, failure: (error as oracledb.DBError & { code?: string }).code };
      } finally {
        await connection.close().catch(() => undefined);
      }
    };
    try {
      expect([await extract(), await extract(), await extract()]).toEqual([
        { rows: 2000, failure: 'NJS-500' },
        { rows: 2000, failure: 'NJS-500' },
        { rows: 150_000 },
      ]);
    } finally {
      await faulty.close();
    }
  });
});

describe('the Oracle double as a process', () => {
  let store: Store;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    store = await createStore('process');
    await store.query(`CREATE TABLE hr.wide AS
      SELECT id, repeat(md5(id::text), 32) AS text FROM generate_series(1, 200000) AS id`);
  });
  // Also where an assertion failed: no process outlives its test.
  afterEach(() => children.splice(0).forEach(child => child.kill('SIGKILL')));
  afterAll(() => store?.drop());

  const start = async (
    env: Record<string, string>,
    flags: string[] = [],
  ): Promise<[ChildProcess, string]> => {
    const args = [...flags, '--import', 'tsx', join(__dirname, 'main.ts')];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stderr!), 'line')) as [string];
    return [child, line];
  };
  const environment = () => {
    const { user, password, database } = store.settings;
    return {
      ORACLE_DOUBLE_PORT: '0',
      ORACLE_DOUBLE_USER: user,
      ORACLE_DOUBLE_PASSWORD: password,
      ORACLE_DOUBLE_SERVICE: 'HRPDB',
      ORACLE_DOUBLE_PG_HOST: database.host,
      ORACLE_DOUBLE_PG_PORT: String(database.port),
      ORACLE_DOUBLE_PG_USER: database.user,
      ORACLE_DOUBLE_PG_PASSWORD: database.password,
      ORACLE_DOUBLE_PG_DATABASE: database.database,
    };
  };
  /** Megabytes that a process has needed at most so far. */
  const peakMemory = (child: ChildProcess) =>
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;

  it('sends 200 MB in two calls without holding them, and ends at SIGTERM', async () => {
    // Garbage is collected late where there is room: a small heap shows what is really held.
    const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=4'];
    const [child, line] = await start(environment(), smallHeap);
    expect(line).toMatch(/^listening on 127\.0\.0\.1:\d+\/HRPDB$/);
    const connection = await oracledb.getConnection({
      user: store.settings.user,
      password: store.settings.password,
      connectString: line.replace('listening on ', ''),
    });
    const fetchAll = async (sql: string, size: number) => {
      const { resultSet } = await connection.execute<[number, string]>(sql, [], {
        resultSet: true,
        prefetchRows: size,
        fetchArraySize: size,
      });
      let bytes = 0;
      for (;;) {
        const rows = await resultSet!.getRows(size);
        if (rows.length === 0) return bytes;
        for (const [, text] of rows) bytes += text.length;
      }
    };
    expect(await fetchAll('SELECT id, text FROM wide WHERE id <= 10000', 10_000)).toBe(10_240_000);
    const before = peakMemory(child);
    expect(await fetchAll('SELECT id, text FROM wide', 100_000)).toBe(204_800_000);
    expect(peakMemory(child) - before).toBeLessThan(64);

    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(connection.ping()).rejects.toMatchObject({ code: 'NJS-500' });
  });

  it('names what is missing in its environment', async () => {
    const [child, line] = await start({ ...environment(), ORACLE_DOUBLE_USER: '' });
    expect(line).toBe('ORACLE_DOUBLE_CONFIG: missing or wrong: ORACLE_DOUBLE_USER');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
