import { registerSecret } from '@dolphinstage/common';
import { Client } from 'pg';
import { SampleError } from './errors';
import { hrDataset, type HrDataset } from './hr';
import type { SampleServer } from './server';
import { sqlFile } from './sql';
import type { SeedResult } from './transaction-log';

// A table refers only to those before it.
const TABLES = ['jobs', 'departments', 'employees'] as const satisfies (keyof HrDataset)[];

/**
 * Puts the HR sample into schema `hr` of a PostgreSQL database, which the Oracle protocol double serves; the
 * database is made where it is missing. Does nothing when the tables hold rows already.
 *
 * @throws SampleError `SAMPLE_SEED`.
 * @public
 */
export async function seedHr(
  server: SampleServer,
  options: { database: string; dataset?: HrDataset },
): Promise<SeedResult> {
  const { database, dataset = hrDataset() } = options;
  registerSecret(server.password);
  try {
    await createDatabase(server, database);
    return await withClient(server, database, client => load(client, dataset));
  } catch (error) {
    throw new SampleError('SAMPLE_SEED', 'the HR sample could not be loaded', {
      where: `${server.host}:${server.port}/${database}`,
      todo: 'See that the server runs and that the account may create databases.',
      cause: error,
    });
  }
}

async function createDatabase(server: SampleServer, database: string): Promise<void> {
  await withClient(server, 'postgres', async client => {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (known.rowCount === 0) {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    }
  });
}

async function load(client: Client, dataset: HrDataset): Promise<SeedResult> {
  const expected = TABLES.reduce((sum, table) => sum + dataset[table].length, 0);
  await client.query('BEGIN');
  await client.query(sqlFile('hr.sql'));
  const { rowCount: alreadyThere } = await client.query('SELECT FROM hr.employees LIMIT 1');
  if (alreadyThere === 0) {
    for (const table of TABLES) {
      await client.query(
        `INSERT INTO hr.${table} SELECT * FROM jsonb_populate_recordset(NULL::hr.${table}, $1)`,
        [JSON.stringify(dataset[table])],
      );
    }
  }
  await client.query('COMMIT');
  return { rows: expected, changed: alreadyThere === 0 };
}

async function withClient<T>(
  server: SampleServer,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...server, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
