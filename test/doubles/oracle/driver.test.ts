import oracledb from 'oracledb';
import { DriverFixture } from './driver-fixture';

// What an extraction needs of sessions, cursors and transactions. Everything here holds for Oracle Database too; set
// ORACLE_TEST_URL to see it.

jest.setTimeout(120_000);

describe('node-oracledb in thin mode: sessions', () => {
  let db: DriverFixture;

  beforeAll(async () => {
    db = await DriverFixture.open('sessions');
  });
  afterAll(() => db?.close());
  afterEach(() => db.connection.rollback());

  it('logs on with the right password only, and says which it was not', async () => {
    await expect(
      oracledb.getConnection({ ...db.attributes, password: 'not-the-password' }),
    ).rejects.toMatchObject({ errorNum: 1017 });
    await expect(
      oracledb.getConnection({ ...db.attributes, user: 'ds_nobody' }),
    ).rejects.toMatchObject({ errorNum: 1017 });
    const service = db.attributes.connectString.replace(/[^/]+$/, 'no_such_service');
    await expect(
      oracledb.getConnection({ ...db.attributes, connectString: service }),
    ).rejects.toMatchObject({ code: 'NJS-518' });

    // Long connect data travels in a packet of its own.
    const [, host, port, name] = /^(.+):(\d+)\/(.+)$/.exec(db.attributes.connectString)!;
    const long = await oracledb.getConnection({
      ...db.attributes,
      connectString: `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=${host})(PORT=${port}))
        (CONNECT_DATA=(SERVICE_NAME=${name})(CID=(PROGRAM=${'p'.repeat(250)}))))`,
    });
    await long.ping();
    await long.close();
  });

  it('shows changes to others after the commit only, and none after a rollback', async () => {
    const table = await db.createTable('changes', 'id NUMBER(4) PRIMARY KEY, name VARCHAR2(9)');
    const other = await db.connect();
    try {
      const { rowsAffected } = await db.connection.executeMany(
        `INSERT INTO ${table} VALUES (:1, :2)`,
        Array.from({ length: 500 }, (_, id) => [id, `n${id}`]),
      );
      expect(rowsAffected).toBe(500);
      const count = `SELECT COUNT(*) AS n FROM ${table}`;
      expect(await db.rowsOf(count)).toEqual([[500]]);
      expect(await db.rowsOf(count, [], other)).toEqual([[0]]);
      await db.connection.commit();
      expect(await db.rowsOf(count, [], other)).toEqual([[500]]);

      await db.connection.execute(`DELETE FROM ${table} WHERE id >= :low`, { low: 100 });
      await db.connection.rollback();
      expect(await db.rowsOf(count)).toEqual([[500]]);

      await db.connection.execute(`UPDATE ${table} SET name = :name WHERE id = :id`, ['x', 7], {
        autoCommit: true,
      });
      expect(await db.rowsOf(`SELECT name FROM ${table} WHERE id = 7`, [], other)).toEqual([['x']]);
    } finally {
      await other.close();
    }
  });

  it('keeps the rows of a batch before the one that fails', async () => {
    const table = await db.createTable('batch', 'id NUMBER(4) PRIMARY KEY');
    await expect(
      db.connection.executeMany(`INSERT INTO ${table} VALUES (:1)`, [[1], [2], [1], [3]]),
    ).rejects.toMatchObject({ errorNum: 1 });
    expect(await db.rowsOf(`SELECT id FROM ${table} ORDER BY id`)).toEqual([[1], [2]]);
  });

  it('streams 100,000 rows in batches, in order and complete', async () => {
    const table = await db.createNumbers('large', 5);
    const { resultSet } = await db.connection.execute<[number, string]>(
      `SELECT id, text FROM ${table} ORDER BY id`,
      [],
      { resultSet: true, fetchArraySize: 1000, prefetchRows: 1000 },
    );
    let expected = 0;
    let wrong = 0;
    for (;;) {
      const rows = await resultSet!.getRows(7_777);
      if (rows.length === 0) break;
      for (const [id, text] of rows) {
        if (id !== expected || text.length !== 120) wrong += 1;
        expected += 1;
      }
    }
    await resultSet!.close();
    expect([expected, wrong]).toEqual([100_000, 0]);

    // The cached statement runs again, and a cursor that is closed early leaves no trace.
    const again = await db.connection.execute(`SELECT id, text FROM ${table} ORDER BY id`, [], {
      resultSet: true,
    });
    expect((await again.resultSet!.getRows(3)).map(row => (row as unknown[])[0])).toEqual([
      0, 1, 2,
    ]);
    await again.resultSet!.close();
    expect(await db.rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[100_000]]);
  });

  it('goes on fetching after a commit, with two cursors open', async () => {
    const table = await db.createNumbers('across', 3);
    const open = async (order: string) =>
      (
        await db.connection.execute<[number, string]>(
          `SELECT id, text FROM ${table} ORDER BY id ${order}`,
          [],
          {
            resultSet: true,
            prefetchRows: 10,
            fetchArraySize: 10,
          },
        )
      ).resultSet!;
    const up = await open('ASC');
    const down = await open('DESC');
    expect((await up.getRows(20)).length + (await down.getRows(20)).length).toBe(40);
    await db.connection.execute(`DELETE FROM ${table} WHERE id >= 500`);
    await db.connection.commit();
    const rest = [await up.getRows(), await down.getRows()].map(rows => rows.map(([id]) => id));
    expect(rest[0]).toEqual(Array.from({ length: 980 }, (_, index) => 20 + index));
    expect(rest[1]).toEqual(Array.from({ length: 980 }, (_, index) => 979 - index));
    await up.close();
    await down.close();
  });

  it('sees one state of the data in a read-only transaction', async () => {
    const table = await db.createTable('consistent', 'id NUMBER(4)');
    const other = await db.connect();
    try {
      await db.connection.execute('SET TRANSACTION READ ONLY');
      expect(await db.rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[0]]);
      await other.execute(`INSERT INTO ${table} VALUES (1)`, [], { autoCommit: true });
      expect(await db.rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[0]]);
      await expect(db.connection.execute(`INSERT INTO ${table} VALUES (2)`)).rejects.toMatchObject({
        errorNum: 1456,
      });
      await db.connection.commit();
      expect(await db.rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[1]]);
    } finally {
      await other.close();
    }
  });

  it('stops a statement by break and by timeout, and the session goes on', async () => {
    const table = await db.createNumbers('slow', 4);
    await db.connection.execute(`INSERT INTO ${table} (id) VALUES (999999)`);
    const endless = `SELECT COUNT(*) AS n FROM ${table} a CROSS JOIN ${table} b CROSS JOIN ${table} c`;
    const failure = db.connection.execute(endless).catch((error: unknown) => error);
    await db.connection.break();
    expect(await failure).toMatchObject({ errorNum: 1013 });

    db.connection.callTimeout = 250;
    await expect(db.connection.execute(endless)).rejects.toMatchObject({ code: 'NJS-123' });
    db.connection.callTimeout = 0;
    // Not even the open transaction is lost.
    expect(await db.rowsOf(`SELECT id FROM ${table} WHERE id > 99999`)).toEqual([[999_999]]);
  });

  it('serves a pool of four at the same time', async () => {
    const table = await db.createNumbers('pooled', 3);
    const pool = await oracledb.createPool({
      ...db.attributes,
      poolMin: 4,
      poolMax: 4,
      poolPingInterval: 0,
    });
    try {
      const sums = await Promise.all(
        Array.from({ length: 16 }, async (_, part) => {
          const own = await pool.getConnection();
          try {
            await own.ping();
            const { rows } = await own.execute<[number]>(
              `SELECT SUM(id) FROM ${table} WHERE MOD(id, 16) = :part`,
              [part],
            );
            return rows![0]![0];
          } finally {
            await own.close();
          }
        }),
      );
      expect(sums.reduce((a, b) => a + b, 0)).toBe((999 * 1000) / 2);
      expect(pool.connectionsOpen).toBe(4);
    } finally {
      await pool.close(0);
    }
  });

  it('closes the cursors of statements that leave the cache', async () => {
    const own = await oracledb.getConnection({ ...db.attributes, stmtCacheSize: 5 });
    try {
      // More than a database lets a session have open at a time (300 by default).
      for (let n = 0; n < 400; n++) {
        expect(await db.rowsOf(`SELECT ${n} AS n FROM dual`, [], own)).toEqual([[n]]);
      }
    } finally {
      await own.close();
    }
  });

  it('takes requests of many packets', async () => {
    const table = await db.createTable('packets', 'id NUMBER(6), text VARCHAR2(4000)');
    const rows = Array.from({ length: 300 }, (_, id) => [id, `${id}`.padEnd(3_900, '.')]);
    await db.connection.executeMany(`INSERT INTO ${table} VALUES (:1, :2)`, rows);
    expect(await db.rowsOf(`SELECT id, text FROM ${table} ORDER BY id`)).toEqual(rows);
  });

  it('commits before and after DDL', async () => {
    const table = await db.createTable('ddl', 'id NUMBER(4)');
    await db.connection.execute(`INSERT INTO ${table} VALUES (1)`);
    await db.createTable('ddl_other', 'id NUMBER(4)');
    await db.connection.rollback();
    expect(await db.rowsOf(`SELECT id FROM ${table}`)).toEqual([[1]]);
  });

  it('takes module and action, which monitoring reads', async () => {
    db.connection.module = 'dolphinstage';
    db.connection.action = 'extract';
    db.connection.clientId = 'tenant';
    expect(await db.rowsOf('SELECT 1 AS n FROM dual')).toEqual([[1]]);
  });
});
