import oracledb from 'oracledb';
import { DriverFixture } from './driver-fixture';

// What an extraction needs of values, descriptions and statements. Everything here holds for Oracle Database too; set
// ORACLE_TEST_URL to see it.

jest.setTimeout(120_000);

describe('node-oracledb in thin mode: values', () => {
  let db: DriverFixture;

  beforeAll(async () => {
    db = await DriverFixture.open('values');
  });
  afterAll(() => db?.close());
  afterEach(() => db.connection.rollback());

  it('describes columns and gives their values back, nulls too', async () => {
    const table = await db.createTable(
      'types',
      `id NUMBER(10) NOT NULL, price NUMBER(8,2), any_number NUMBER, name VARCHAR2(120), code CHAR(5),
       day DATE, moment TIMESTAMP, zoned TIMESTAMP WITH TIME ZONE`,
    );
    const day = new Date(2024, 1, 29, 13, 14, 15);
    const moment = new Date(1999, 11, 31, 23, 59, 59, 123);
    await db.connection.executeMany(
      `INSERT INTO ${table} VALUES (:1, :2, :3, :4, :5, :6, :7, :8)`,
      [
        [1, -1234.56, '1e-20', 'Bjørn O’Hara 日本', 'ab', day, moment, moment],
        [2, null, null, null, null, null, null, null],
      ],
    );
    const result = await db.connection.execute<unknown[]>(`SELECT * FROM ${table} ORDER BY id`);
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
    const table = await db.createTable('far', 'id NUMBER, n NUMBER, d DATE');
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
    const [first, last] = [new Date('0101-02-03T04:05:06Z'), new Date('9999-11-30T23:59:59Z')];
    await db.connection.executeMany(
      `INSERT INTO ${table} (id, n, d) VALUES (:id, :n, :d)`,
      values.map((n, id) => ({ id, n, d: id === 0 ? first : last })),
      {
        bindDefs: {
          id: { type: oracledb.NUMBER },
          n: { type: oracledb.STRING, maxSize: 130 },
          d: { type: oracledb.DATE },
        },
      },
    );
    const { rows } = await db.connection.execute<[string, Date]>(
      `SELECT n, d FROM ${table} ORDER BY id`,
      [],
      {
        fetchTypeHandler: ({ dbType }) =>
          dbType === oracledb.DB_TYPE_NUMBER ? { type: oracledb.STRING } : undefined,
      },
    );
    const plain = rows!.map(([n]) => n.replace(/^(-?)\./, '$10.'));
    expect(plain.slice(0, 11)).toEqual(values.slice(0, 11));
    expect(plain.slice(11).map(Number)).toEqual([1e100, -2.5e-60]);
    expect([rows![0]![1], rows!.at(-1)![1]]).toEqual([first, last]);
  });

  it('answers errors as Oracle does, and the session goes on', async () => {
    const table = await db.createTable(
      'errors',
      'id NUMBER(4) PRIMARY KEY, name VARCHAR2(5) NOT NULL',
    );
    await db.connection.execute(`INSERT INTO ${table} VALUES (1, 'one')`);
    for (const [sql, number] of [
      [`SELECT * FROM ds_not_there_${process.pid}`, 942],
      [`SELECT nonsense FROM ${table}`, 904],
      [`INSERT INTO ${table} VALUES (1, 'again')`, 1],
      [`INSERT INTO ${table} VALUES (2, NULL)`, 1400],
      [`INSERT INTO ${table} VALUES (2, 'too long')`, 12899],
      [`SELECT 1 / (id - 1) FROM ${table}`, 1476],
      [`SELECT * FROM ${table};`, 933],
    ] as const) {
      await expect(db.connection.execute(sql)).rejects.toMatchObject({ errorNum: number });
    }
    // What went before the errors in this transaction is still there.
    expect(await db.rowsOf(`SELECT id, name FROM ${table}`)).toEqual([[1, 'one']]);
  });

  it('binds by name and position, dates, nulls and the empty string', async () => {
    const table = await db.createTable('binds', 'id NUMBER(4), name VARCHAR2(20), day DATE');
    await db.connection.executeMany(`INSERT INTO ${table} VALUES (:1, :2, :3)`, [
      [1, 'one', new Date(2020, 0, 1)],
      [2, '', new Date(2021, 0, 1)],
      [3, 'three', new Date(2022, 0, 1)],
    ]);
    const ids = async (where: string, binds: oracledb.BindParameters) => {
      const sql = `SELECT id FROM ${table} WHERE ${where} ORDER BY id`;
      return (await db.connection.execute<[number]>(sql, binds)).rows!.map(([id]) => id);
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
    const table = await db.createNumbers('paging', 2);
    const [[one, now]] = (await db.rowsOf('SELECT 1 AS one, SYSDATE AS now FROM dual')) as [
      [number, Date],
    ];
    expect(one).toBe(1);
    expect(now).toBeInstanceOf(Date);
    const newest = `SELECT "ID" FROM ${table} ORDER BY "ID" DESC`;
    expect(await db.rowsOf(`SELECT * FROM (${newest}) WHERE ROWNUM <= :n`, [2])).toEqual([
      [99],
      [98],
    ]);
    expect(await db.rowsOf(`${newest} OFFSET 3 ROWS FETCH NEXT 2 ROWS ONLY`)).toEqual([[96], [95]]);
    expect(await db.rowsOf(`${newest} FETCH FIRST :n ROWS ONLY`, [1])).toEqual([[99]]);
    const mixed = await db.connection.execute('SELECT 1 AS "MixedCase", 2 AS plain FROM dual', [], {
      outFormat: oracledb.OUT_FORMAT_OBJECT,
    });
    expect(mixed.rows).toEqual([{ MixedCase: 1, PLAIN: 2 }]);
    const { metaData } = await db.connection.getStatementInfo(
      `SELECT id FROM ${table} WHERE id > :low`,
    );
    expect(metaData!.map(column => column.name)).toEqual(['ID']);
  });
});
