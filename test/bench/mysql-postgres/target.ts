import { join } from 'node:path';
import { migrateOps, openPostgres, type ConnectionSettings } from '@dolphinstage/task-kit';
import { BenchError, type BenchContext, type Measurement } from '../../src/bench';
import { columnDefinitions, TABLE, type Fingerprint } from './orders';
import { WAREHOUSE } from './pack-folder';

/** One way of bringing the rows from MariaDB to PostgreSQL. */
export interface Way {
  readonly name: string;
  /** What it needs of its database, made before the clock starts. */
  readonly needs: 'table' | 'ops' | 'nothing';
  /** Where its rows are afterwards. */
  readonly table: string;
  run(target: ConnectionSettings<'postgres'>): Promise<Measurement>;
}

// Casts: raw holds text, and the rivals choose types of their own.
const fingerprintOf = (table: string) => `select count(*)::int as rows,
  sum(crc32(convert_to(concat_ws('|', id, customer_id, coalesce(product_id::text, '~'),
    coalesce(quantity::text, '~'), sku, status, city, amount::numeric(12, 2),
    to_char(ordered_at::timestamp, 'YYYY-MM-DD HH24:MI:SS'), coalesce(note, '~')), 'UTF8')))::text as checksum
  from ${table}`;

/**
 * Runs a way into a database of its own, and checks what arrived.
 *
 * @throws BenchError `WRONG_RESULT`.
 */
export async function runInto(
  { platform }: BenchContext,
  way: Way,
  expected: Fingerprint,
): Promise<Measurement> {
  const account = { kind: 'postgres', tls: 'off', ...platform.postgres } as const;
  const database = `bench_mysql_postgres_${process.pid}`;
  const target = { ...account, database };
  const admin = await openPostgres({ ...account, database: 'postgres' });
  try {
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.query(`create database ${database}`);
    await prepare(target, way);
    // No run pays for what the one before has written.
    await admin.query('checkpoint');
    const measured = await way.run(target);
    await verify(target, way, expected);
    return measured;
  } finally {
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.end();
  }
}

async function prepare(target: ConnectionSettings<'postgres'>, { needs }: Way): Promise<void> {
  const pool = await openPostgres(target);
  try {
    if (needs === 'table') {
      await pool.query(`create table ${TABLE} (${columnDefinitions('timestamp')})`);
    }
    if (needs === 'ops') await migrateOps(pool, [join(WAREHOUSE, 'sql/ops')]);
  } finally {
    await pool.end();
  }
}

async function verify(
  target: ConnectionSettings<'postgres'>,
  { name, table }: Way,
  expected: Fingerprint,
): Promise<void> {
  const pool = await openPostgres(target, { options: '-c timezone=UTC' });
  try {
    const { rows } = await pool.query<Fingerprint>(fingerprintOf(table));
    const found = rows[0];
    if (found?.rows !== expected.rows || found.checksum !== expected.checksum) {
      throw new BenchError(
        'WRONG_RESULT',
        `${found?.rows} rows with checksum ${found?.checksum} arrived, the source has ${expected.rows} with ${expected.checksum}`,
        { where: name, todo: 'A run that loses or changes rows is no measurement: mend it first.' },
      );
    }
  } finally {
    await pool.end();
  }
}

/** The server's version. */
export async function postgresVersion({ platform }: BenchContext): Promise<string> {
  const pool = await openPostgres({
    kind: 'postgres',
    tls: 'off',
    database: 'postgres',
    ...platform.postgres,
  });
  try {
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await pool.end();
  }
}
