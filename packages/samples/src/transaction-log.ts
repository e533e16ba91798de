import { createReadStream } from 'node:fs';
import { registerSecret } from '@dolphinstage/common';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { SampleError } from './errors';
import { nycflights13Rows, type NycFlights13 } from './nycflights13';
import type { SampleServer } from './server';
import { sqlFile } from './sql';

/** @public */
export interface TransactionLogOptions {
  /** Where the rows come from. */
  sample: NycFlights13;
  /** The account that readers get: it may read this database and nothing else. */
  reader: { user: string; password: string };
  /** Default `transactions`. */
  database?: string;
}

/** @public */
export interface SeedResult {
  /** Rows of the sample in the database now. */
  rows: number;
  /** False when they were all there already. */
  changed: boolean;
}

/**
 * Fills the table `flights` of a MySQL or MariaDB server: a log of transactions with growing ids, 1 for
 * the file's first row; `time_hour` is in UTC. A second call changes nothing, a seed that was cut short is
 * finished, and rows that were appended since (ids above the sample's) stay. The reader's password becomes
 * the given one at every call.
 *
 * @throws SampleError `SAMPLE_SEED`, for example where the server forbids LOAD DATA LOCAL.
 * @public
 */
export async function seedTransactionLog(
  server: SampleServer,
  options: TransactionLogOptions,
): Promise<SeedResult> {
  const { sample, reader, database = 'transactions' } = options;
  registerSecret(server.password);
  registerSecret(reader.password);
  try {
    const connection = await createConnection({
      host: server.host,
      port: server.port,
      user: server.user,
      password: server.password,
      // The one file the server may ask for, whatever it names.
      infileStreamFactory: () => createReadStream(sample.flights, { highWaterMark: 1 << 20 }),
    });
    try {
      await connection.query('CREATE DATABASE IF NOT EXISTS ??', [database]);
      await connection.query('USE ??', [database]);
      await connection.query(sqlFile('transaction-log-table.sql'));
      const changed = await loadFlights(connection);
      await allowReading(connection, database, reader);
      return { rows: nycflights13Rows.flights, changed };
    } finally {
      await connection.end();
    }
  } catch (error) {
    if (error instanceof SampleError) throw error;
    throw new SampleError('SAMPLE_SEED', 'the transaction log could not be filled', {
      where: `${server.host}:${server.port}/${database}`,
      todo: 'See that the account may create databases and users, and that the server runs with --local-infile=1.',
      cause: error,
    });
  }
}

async function loadFlights(connection: Connection): Promise<boolean> {
  const expected = nycflights13Rows.flights;
  if ((await countSeeded(connection)) === expected) return false;
  // One transaction: a crash leaves no rows of the sample or all of them.
  await connection.beginTransaction();
  await connection.query('DELETE FROM flights WHERE id <= ?', [expected]);
  await connection.query('SET @row := 0');
  await connection.query({ sql: sqlFile('transaction-log-load.sql') });
  const loaded = await countSeeded(connection);
  if (loaded !== expected) {
    await connection.rollback();
    throw new SampleError('SAMPLE_SEED', `${loaded} of ${expected} flights arrived`, {
      todo: 'Look for warnings in the log of the database server.',
    });
  }
  await connection.commit();
  return true;
}

async function countSeeded(connection: Connection): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS seeded FROM flights WHERE id <= ?',
    [nycflights13Rows.flights],
  );
  return Number(rows[0]?.seeded);
}

async function allowReading(
  connection: Connection,
  database: string,
  reader: { user: string; password: string },
): Promise<void> {
  // In GRANT, but nowhere else, a database's name is a pattern.
  const pattern = database.replace(/[\\_%]/g, '\\$&');
  // Both hosts: a fresh MariaDB has an anonymous account at localhost, which would win over '%'.
  for (const host of ['%', 'localhost']) {
    const account = [reader.user, host];
    await connection.query('CREATE USER IF NOT EXISTS ?@?', account);
    await connection.query('ALTER USER ?@? IDENTIFIED BY ?', [...account, reader.password]);
    await connection.query('GRANT SELECT ON ??.* TO ?@?', [pattern, ...account]);
  }
}
