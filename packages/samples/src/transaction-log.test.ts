import { testPlatform } from '@dolphinstage/embedded';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { sharedSample } from './__testUtils__/sample';
import type { NycFlights13 } from './nycflights13';
import { seedTransactionLog } from './transaction-log';

jest.setTimeout(180_000);

describe('seedTransactionLog', () => {
  const server = testPlatform().mariadb;
  const database = `transactions_${process.pid}`;
  const reader = { user: `reader_${process.pid}`, password: 'first-password' };
  let sample: NycFlights13;
  let admin: Connection;

  beforeAll(async () => {
    sample = await sharedSample();
    admin = await createConnection({ ...server, timezone: 'Z' });
  });
  afterAll(async () => {
    await admin.query('DROP DATABASE IF EXISTS ??', [database]);
    for (const host of ['%', 'localhost']) {
      await admin.query('DROP USER IF EXISTS ?@?', [reader.user, host]);
    }
    await admin.end();
  });

  const seed = () => seedTransactionLog(server, { sample, reader, database });
  const one = async (sql: string) => {
    const [rows] = await admin.query<RowDataPacket[]>(sql, [database]);
    return rows[0];
  };

  it('fills the table with the file, values and nulls as they are there', async () => {
    expect(await seed()).toEqual({ rows: 336_776, changed: true });

    expect(
      await one('SELECT COUNT(*) AS n, MIN(id) AS low, MAX(id) AS high FROM ??.flights'),
    ).toEqual({ n: 336_776, low: 1, high: 336_776 });
    expect(await one('SELECT * FROM ??.flights WHERE id = 1')).toEqual({
      ...{ id: 1, year: 2013, month: 1, day: 1, dep_time: 517, sched_dep_time: 515, dep_delay: 2 },
      ...{ arr_time: 830, sched_arr_time: 819, arr_delay: 11, carrier: 'UA', flight: 1545 },
      ...{ tailnum: 'N14228', origin: 'EWR', dest: 'IAH', air_time: 227, distance: 1400 },
      ...{ hour: 5, minute: 15, time_hour: new Date('2013-01-01T10:00:00Z') },
    });
    // The counts that the data set's own documentation gives.
    expect(
      await one(`SELECT SUM(dep_time IS NULL) AS dep, SUM(arr_delay IS NULL) AS arr,
        SUM(tailnum IS NULL) AS tail, SUM(time_hour IS NULL) AS hours FROM ??.flights`),
    ).toEqual({ dep: '8255', arr: '9430', tail: '2512', hours: '0' });
  });

  it('does nothing the second time, keeps what was appended, finishes what was cut short', async () => {
    await admin.query('INSERT INTO ??.flights (carrier) VALUES (?)', [database, 'ZZ']);
    expect(await seed()).toEqual({ rows: 336_776, changed: false });

    await admin.query('DELETE FROM ??.flights WHERE id > 1000 AND id <= 336776', [database]);
    expect(await seed()).toEqual({ rows: 336_776, changed: true });
    expect(await one('SELECT COUNT(*) AS n FROM ??.flights')).toEqual({ n: 336_777 });
    expect(await one('SELECT carrier FROM ??.flights WHERE id = 336777')).toEqual({
      carrier: 'ZZ',
    });
  });

  it('gives the reader the newest password, and reading only', async () => {
    reader.password = 'second-password';
    await seed();
    await expect(
      createConnection({ ...server, ...reader, password: 'first-password', database }),
    ).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });

    const connection = await createConnection({ ...server, ...reader, database });
    const [rows] = await connection.query('SELECT origin FROM flights WHERE id = 2');
    expect(rows).toEqual([{ origin: 'LGA' }]);
    await expect(connection.query('DELETE FROM flights')).rejects.toMatchObject({
      code: 'ER_TABLEACCESS_DENIED_ERROR',
    });
    await expect(connection.query('SELECT * FROM mysql.user')).rejects.toMatchObject({
      code: 'ER_TABLEACCESS_DENIED_ERROR',
    });
    await connection.end();
  });

  it('says which server refused', async () => {
    const nobody = { ...server, user: 'nobody', password: 'wrong-password' };
    await expect(seedTransactionLog(nobody, { sample, reader })).rejects.toMatchObject({
      code: 'SAMPLE_SEED',
      where: `${server.host}:${server.port}/transactions`,
    });
  });
});
