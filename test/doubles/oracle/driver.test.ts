import oracledb, { type Connection, type ConnectionAttributes } from 'oracledb';
import { oracleForTests } from './test-database';

// What an extraction needs of the driver and the database. Everything here holds for Oracle Database too; set
// ORACLE_TEST_URL to see it.

jest.setTimeout(120_000);

/** Unique, since a real database may be shared. */
const suffix = process.pid;
const T = (name: string) => `ds_${name}_${suffix}`;

describe('node-oracledb in thin mode', () => {
  let database: Awaited<ReturnType<typeof oracleForTests>>;
  let attributes: ConnectionAttributes & { connectString: string };
  let connection: Connection;
  const tables: string[] = [];

  const connect = () => oracledb.getConnection(attributes);
  const rowsOf = async (sql: string, binds: unknown[] = [], on = connection) =>
    (await on.execute<unknown[]>(sql, binds as oracledb.BindParameters)).rows;
  const createTable = async (name: string, columns: string) => {
    const table = T(name);
    await connection.execute(`CREATE TABLE ${table} (${columns})`);
    tables.push(table);
    return table;
  };
  /** A table with the numbers from 0 to 99,999. */
  const createNumbers = async (name: string, digits: number) => {
    const digit = await createTable(`${name}_digits`, 'n NUMBER(1)');
    const ten = Array.from({ length: 10 }, (_, n) => [n]);
    await connection.executeMany(`INSERT INTO ${digit} (n) VALUES (:1)`, ten);
    const numbers = await createTable(name, 'id NUMBER(10) PRIMARY KEY, text VARCHAR2(200)');
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, digits);
    const sum = names.map((alias, power) => `${alias}.n * ${10 ** power}`).join(' + ');
    const from = names.map(alias => `${digit} ${alias}`).join(' CROSS JOIN ');
    await connection.execute(
      `INSERT INTO ${numbers} (id, text) SELECT ${sum}, RPAD('row', 120, 'x') FROM ${from}`,
    );
    await connection.commit();
    return numbers;
  };

  beforeAll(async () => {
    database = await oracleForTests('driver');
    attributes = database.attributes;
    connection = await connect();
  });
  afterAll(async () => {
    for (const table of tables) await connection?.execute(`DROP TABLE ${table} PURGE`);
    await connection?.close();
    await database?.stop();
  });
  afterEach(() => connection.rollback());

  it('logs on with the right password only, and says which it was not', async () => {
    await expect(
      oracledb.getConnection({ ...attributes, password: 'not-the-password' }),
    ).rejects.toMatchObject({ errorNum: 1017 });
    await expect(
      oracledb.getConnection({ ...attributes, user: 'ds_nobody' }),
    ).rejects.toMatchObject({ errorNum: 1017 });
    const service = attributes.connectString.replace(/[^/]+$/, 'no_such_service');
    await expect(
      oracledb.getConnection({ ...attributes, connectString: service }),
    ).rejects.toMatchObject({ code: 'NJS-518' });

    // Long connect data travels in a packet of its own.
    const [, host, port, name] = /^(.+):(\d+)\/(.+)$/.exec(attributes.connectString)!;
    const long = await oracledb.getConnection({
      ...attributes,
      connectString: `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=${host})(PORT=${port}))
        (CONNECT_DATA=(SERVICE_NAME=${name})(CID=(PROGRAM=${'p'.repeat(250)}))))`,
    });
    await long.ping();
    await long.close();
  });

  it('describes columns and gives their values back, nulls too', async () => {
    const table = await createTable(
      'types',
      `id NUMBER(10) NOT NULL, price NUMBER(8,2), any_number NUMBER, name VARCHAR2(120), code CHAR(5),
       day DATE, moment TIMESTAMP, zoned TIMESTAMP WITH TIME ZONE`,
    );
    const day = new Date(2024, 1, 29, 13, 14, 15);
    const moment = new Date(1999, 11, 31, 23, 59, 59, 123);
    await connection.executeMany(`INSERT INTO ${table} VALUES (:1, :2, :3, :4, :5, :6, :7, :8)`, [
      [1, -1234.56, '1e-20', 'Bjørn O’Hara 日本', 'ab', day, moment, moment],
      [2, null, null, null, null, null, null, null],
    ]);
    const result = await connection.execute<unknown[]>(`SELECT * FROM ${table} ORDER BY id`);
    expect(
      result.metaData!.map(({ name, dbTypeName, precision, scale }) => [
        ...[name, dbTypeName, precision, scale],
      ]),
    ).toEqual([
      ['ID', 'NUMBER', 10, 0],
      ['PRICE', 'NUMBER', 8, 2],
      ['ANY_NUMBER', 'NUMBER', 0, -127],
      ['NAME', 'VARCHAR2', undefined, undefined],
      ['CODE', 'CHAR', undefined, undefined],
      ['DAY', 'DATE', undefined, undefined],
      ['MOMENT', 'TIMESTAMP', 6, undefined],
      ['ZONED', 'TIMESTAMP WITH TIME ZONE', 6, undefined],
    ]);
    expect(result.metaData![3]!.byteSize).toBeGreaterThanOrEqual(120);
    expect(result.rows).toEqual([
      [1, -1234.56, 1e-20, 'Bjørn O’Hara 日本', 'ab   ', day, moment, moment],
      [2, null, null, null, null, null, null, null],
    ]);
  });

  it('keeps every digit of a number and the far ends of dates', async () => {
    const table = await createTable('far', 'id NUMBER, n NUMBER, d DATE');
    const values = [
      ...[
        '0',
        '7',
        '-7',
        '99',
        '100',
        '-100',
        '0.1',
        '-0.001',
        '12345678901234567890123456789012345678',
      ],
      ...[
        '-99999999999999999999999999999999999999',
        '0.00000000000000000000012345',
        '1e100',
        '-2.5e-60',
      ],
    ];
    await connection.executeMany(
      `INSERT INTO ${table} (id, n, d) VALUES (:id, :n, :d)`,
      values.map((n, id) => ({ id, n, d: new Date(id === 0 ? '0001-01-01' : '9999-12-31') })),
      {
        bindDefs: {
          id: { type: oracledb.NUMBER },
          n: { type: oracledb.STRING, maxSize: 130 },
          d: { type: oracledb.DATE },
        },
      },
    );
    const { rows } = await connection.execute<[string, Date]>(
      `SELECT n, d FROM ${table} ORDER BY id`,
      [],
      {
        fetchTypeHandler: ({ dbType }) =>
          dbType === oracledb.DB_TYPE_NUMBER ? { type: oracledb.STRING } : undefined,
      },
    );
    const plain = rows!.map(([n]) => n.replace(/^(-?)\./, '$10.'));
    expect(plain.slice(0, 9)).toEqual(values.slice(0, 9));
    expect(plain[9]).toBe(values[9]);
    expect(plain[10]).toBe(values[10]);
    expect(plain.slice(11).map(Number)).toEqual([1e100, -2.5e-60]);
    expect(rows!.at(-1)![1].getUTCFullYear()).toBe(9999);
  });

  it('answers errors as Oracle does, and the session goes on', async () => {
    const table = await createTable(
      'errors',
      'id NUMBER(4) PRIMARY KEY, name VARCHAR2(5) NOT NULL',
    );
    await connection.execute(`INSERT INTO ${table} VALUES (1, 'one')`);
    for (const [sql, number] of [
      [`SELECT * FROM ds_not_there_${suffix}`, 942],
      [`SELECT nonsense FROM ${table}`, 904],
      [`INSERT INTO ${table} VALUES (1, 'again')`, 1],
      [`INSERT INTO ${table} VALUES (2, NULL)`, 1400],
      [`INSERT INTO ${table} VALUES (2, 'too long')`, 12899],
      [`SELECT 1 / (id - 1) FROM ${table}`, 1476],
      [`SELECT * FROM ${table};`, 933],
    ] as const) {
      await expect(connection.execute(sql)).rejects.toMatchObject({ errorNum: number });
    }
    // What went before the errors in this transaction is still there.
    expect(await rowsOf(`SELECT id, name FROM ${table}`)).toEqual([[1, 'one']]);
  });

  it('shows changes to others after the commit only, and none after a rollback', async () => {
    const table = await createTable('changes', 'id NUMBER(4) PRIMARY KEY, name VARCHAR2(9)');
    const other = await connect();
    try {
      const { rowsAffected } = await connection.executeMany(
        `INSERT INTO ${table} VALUES (:1, :2)`,
        Array.from({ length: 500 }, (_, id) => [id, `n${id}`]),
      );
      expect(rowsAffected).toBe(500);
      const count = `SELECT COUNT(*) AS n FROM ${table}`;
      expect(await rowsOf(count)).toEqual([[500]]);
      expect(await rowsOf(count, [], other)).toEqual([[0]]);
      await connection.commit();
      expect(await rowsOf(count, [], other)).toEqual([[500]]);

      await connection.execute(`DELETE FROM ${table} WHERE id >= :low`, { low: 100 });
      await connection.rollback();
      expect(await rowsOf(count)).toEqual([[500]]);

      await connection.execute(`UPDATE ${table} SET name = :name WHERE id = :id`, ['x', 7], {
        autoCommit: true,
      });
      expect(await rowsOf(`SELECT name FROM ${table} WHERE id = 7`, [], other)).toEqual([['x']]);
    } finally {
      await other.close();
    }
  });

  it('keeps the rows of a batch before the one that fails', async () => {
    const table = await createTable('batch', 'id NUMBER(4) PRIMARY KEY');
    await expect(
      connection.executeMany(`INSERT INTO ${table} VALUES (:1)`, [[1], [2], [1], [3]]),
    ).rejects.toMatchObject({ errorNum: 1 });
    expect(await rowsOf(`SELECT id FROM ${table} ORDER BY id`)).toEqual([[1], [2]]);
  });

  it('binds by name and position, dates, nulls and the empty string', async () => {
    const table = await createTable('binds', 'id NUMBER(4), name VARCHAR2(20), day DATE');
    await connection.executeMany(`INSERT INTO ${table} VALUES (:1, :2, :3)`, [
      [1, 'one', new Date(2020, 0, 1)],
      [2, '', new Date(2021, 0, 1)],
      [3, 'three', new Date(2022, 0, 1)],
    ]);
    const ids = async (where: string, binds: oracledb.BindParameters) => {
      const sql = `SELECT id FROM ${table} WHERE ${where} ORDER BY id`;
      return (await connection.execute<[number]>(sql, binds)).rows!.map(([id]) => id);
    };
    expect(
      await ids('day > :since AND day < :until', [new Date(2020, 6, 1), new Date(2021, 6, 1)]),
    ).toEqual([2]);
    expect(await ids('id = :x OR id = :x + 2', { x: 1 })).toEqual([1, 3]);
    expect(
      await ids(`name = 'it''s :not_a_bind' OR name = :name -- :nor_this`, { name: 'three' }),
    ).toEqual([3]);
    expect(await ids('name IS NULL', {})).toEqual([2]);
    expect(await ids('(:x IS NULL OR id > :x)', { x: null })).toEqual([1, 2, 3]);
    expect(await ids('id IN (:1, :2)', [1, 2])).toEqual([1, 2]);
  });

  it('knows DUAL, SYSDATE, ROWNUM, FETCH FIRST and quoted names', async () => {
    const table = await createNumbers('paging', 2);
    const [[one, now]] = (await rowsOf('SELECT 1 AS one, SYSDATE AS now FROM dual')) as [
      [number, Date],
    ];
    expect(one).toBe(1);
    expect(now).toBeInstanceOf(Date);
    const newest = `SELECT "ID" FROM ${table} ORDER BY "ID" DESC`;
    expect(await rowsOf(`SELECT * FROM (${newest}) WHERE ROWNUM <= :n`, [2])).toEqual([[99], [98]]);
    expect(await rowsOf(`${newest} OFFSET 3 ROWS FETCH NEXT 2 ROWS ONLY`)).toEqual([[96], [95]]);
    expect(await rowsOf(`${newest} FETCH FIRST :n ROWS ONLY`, [1])).toEqual([[99]]);
    const mixed = await connection.execute('SELECT 1 AS "MixedCase", 2 AS plain FROM dual', [], {
      outFormat: oracledb.OUT_FORMAT_OBJECT,
    });
    expect(mixed.rows).toEqual([{ MixedCase: 1, PLAIN: 2 }]);
    const { metaData } = await connection.getStatementInfo(
      `SELECT id FROM ${table} WHERE id > :low`,
    );
    expect(metaData!.map(column => column.name)).toEqual(['ID']);
  });

  it('streams 100,000 rows in batches, in order and complete', async () => {
    const table = await createNumbers('large', 5);
    const { resultSet } = await connection.execute<[number, string]>(
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
    const again = await connection.execute(`SELECT id, text FROM ${table} ORDER BY id`, [], {
      resultSet: true,
    });
    expect((await again.resultSet!.getRows(3)).map(row => (row as unknown[])[0])).toEqual([
      0, 1, 2,
    ]);
    await again.resultSet!.close();
    expect(await rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[100_000]]);
  });

  it('goes on fetching after a commit, with two cursors open', async () => {
    const table = await createNumbers('across', 3);
    const open = async (order: string) =>
      (
        await connection.execute<[number, string]>(
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
    await connection.execute(`DELETE FROM ${table} WHERE id >= 500`);
    await connection.commit();
    const rest = [await up.getRows(), await down.getRows()].map(rows => rows.map(([id]) => id));
    expect(rest[0]).toEqual(Array.from({ length: 980 }, (_, index) => 20 + index));
    expect(rest[1]).toEqual(Array.from({ length: 980 }, (_, index) => 979 - index));
    await up.close();
    await down.close();
  });

  it('sees one state of the data in a read-only transaction', async () => {
    const table = await createTable('consistent', 'id NUMBER(4)');
    const other = await connect();
    try {
      await connection.execute('SET TRANSACTION READ ONLY');
      expect(await rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[0]]);
      await other.execute(`INSERT INTO ${table} VALUES (1)`, [], { autoCommit: true });
      expect(await rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[0]]);
      await expect(connection.execute(`INSERT INTO ${table} VALUES (2)`)).rejects.toMatchObject({
        errorNum: 1456,
      });
      await connection.commit();
      expect(await rowsOf(`SELECT COUNT(*) AS n FROM ${table}`)).toEqual([[1]]);
    } finally {
      await other.close();
    }
  });

  it('stops a statement by break and by timeout, and the session goes on', async () => {
    const table = await createNumbers('slow', 4);
    await connection.execute(`INSERT INTO ${table} (id) VALUES (999999)`);
    const endless = `SELECT COUNT(*) AS n FROM ${table} a CROSS JOIN ${table} b CROSS JOIN ${table} c`;
    const failure = connection.execute(endless).catch((error: unknown) => error);
    await connection.break();
    expect(await failure).toMatchObject({ errorNum: 1013 });

    connection.callTimeout = 250;
    await expect(connection.execute(endless)).rejects.toMatchObject({ code: 'NJS-123' });
    connection.callTimeout = 0;
    // Not even the open transaction is lost.
    expect(await rowsOf(`SELECT id FROM ${table} WHERE id > 99999`)).toEqual([[999_999]]);
  });

  it('serves a pool of four at the same time', async () => {
    const table = await createNumbers('pooled', 3);
    const pool = await oracledb.createPool({
      ...attributes,
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
    const own = await oracledb.getConnection({ ...attributes, stmtCacheSize: 5 });
    try {
      // More than a database lets a session have open at a time (300 by default).
      for (let n = 0; n < 400; n++) {
        expect(await rowsOf(`SELECT ${n} AS n FROM dual`, [], own)).toEqual([[n]]);
      }
    } finally {
      await own.close();
    }
  });

  it('takes requests of many packets', async () => {
    const table = await createTable('packets', 'id NUMBER(6), text VARCHAR2(4000)');
    const rows = Array.from({ length: 300 }, (_, id) => [id, `${id}`.padEnd(3_900, '.')]);
    await connection.executeMany(`INSERT INTO ${table} VALUES (:1, :2)`, rows);
    expect(await rowsOf(`SELECT id, text FROM ${table} ORDER BY id`)).toEqual(rows);
  });

  it('commits before and after DDL', async () => {
    const table = await createTable('ddl', 'id NUMBER(4)');
    await connection.execute(`INSERT INTO ${table} VALUES (1)`);
    await createTable('ddl_other', 'id NUMBER(4)');
    await connection.rollback();
    expect(await rowsOf(`SELECT id FROM ${table}`)).toEqual([[1]]);
  });

  it('takes module and action, which monitoring reads', async () => {
    connection.module = 'dolphinstage';
    connection.action = 'extract';
    connection.clientId = 'tenant';
    expect(await rowsOf('SELECT 1 AS n FROM dual')).toEqual([[1]]);
  });
});
