import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { kitAsset } from '../assets';
import { TaskError } from '../errors';
import { kitRoot } from '../kit-root';

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
/** Any number, the same for everybody who migrates `ops`: "ops" in ASCII. */
const LOCK = 0x6f7073;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** What {@link migrateOps} did. @public */
export interface MigrationResult {
  /** Names of the files that were applied now, in order. */
  readonly applied: readonly string[];
}

function readFolder(folder: string): Migration[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.sql'))
    .map(name => {
      if (!FILE_NAME.test(name)) {
        throw new TaskError('MIGRATION_INVALID', `${name} is no name of a migration`, {
          where: folder,
          todo: 'Name it like 0100-warehouse.sql.',
        });
      }
      const sql = readFileSync(join(folder, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

function readAll(folders: readonly string[]): Migration[] {
  const migrations = folders.flatMap(readFolder).sort((a, b) => (a.name < b.name ? -1 : 1));
  migrations.forEach(({ name }, index) => {
    const former = migrations[index - 1]?.name;
    if (former?.slice(0, 4) === name.slice(0, 4)) {
      throw new TaskError('MIGRATION_INVALID', `${former} and ${name} have the same number`, {
        todo: 'Give each pack a range of numbers of its own.',
      });
    }
  });
  return migrations;
}

async function apply(client: PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into ops.migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new TaskError(
      'MIGRATION_INVALID',
      `${name} can't be applied: ${(cause as Error).message}`,
      {
        where: name,
        todo: 'Correct the file; nothing of it is left in the database.',
        cause,
      },
    );
  }
}

/**
 * Brings the schema `ops` up to date: the task kit's migrations and those of the folders given, in the
 * order of their numbers, each in a transaction. Doing it again does nothing; several at once wait for
 * each other. Applied files that a folder doesn't have (any more) are left alone.
 *
 * @param folders - further folders of `NNNN-name.sql` files, such as a pack's `sql/ops`.
 * @throws TaskError `MIGRATION_CHANGED` when an applied file reads differently now;
 * `MIGRATION_INVALID` for a bad name, a number that is there twice, or SQL that fails.
 * @public
 */
export async function migrateOps(
  pool: Pool,
  folders: readonly string[] = [],
): Promise<MigrationResult> {
  const migrations = readAll([join(kitRoot(), 'sql/ops'), ...folders]);
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(kitAsset('sql/migration-registry.sql'));
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from ops.migration',
    );
    const known = new Map(rows.map(row => [row.name, row.checksum]));
    const changed = migrations.filter(
      ({ name, checksum }) => known.has(name) && known.get(name) !== checksum,
    );
    if (changed.length > 0) {
      throw new TaskError(
        'MIGRATION_CHANGED',
        `already applied, but different: ${changed.map(m => m.name).join(', ')}`,
        {
          where: 'ops.migration',
          todo: 'Restore the file as it was and put the change into a new one.',
        },
      );
    }
    const pending = migrations.filter(({ name }) => !known.has(name));
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    // Ending the session releases its lock, whatever state a failure left it in.
    client.release(true);
  }
}
