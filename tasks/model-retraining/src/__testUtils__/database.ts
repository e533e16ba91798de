import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import { migrateOps, openPostgres, type ConnectionSettings } from '@dolphinstage/task-kit';
import type { Pool } from 'pg';

// Tests run from source.
// eslint-disable-next-line no-restricted-syntax
export const PACK_ROOT = join(__dirname, '../..');

/** A file of the pack, as a task's context gives it. */
export const asset = (path: string): string => readFileSync(join(PACK_ROOT, path), 'utf8');

/** A database of one suite's own, with the tables of models. */
export interface TestDatabase {
  readonly settings: ConnectionSettings<'postgres'>;
  readonly db: Pool;
  close(): Promise<void>;
}

export async function createDatabase(): Promise<TestDatabase> {
  const { postgres } = testPlatform();
  const name = `models_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const server = { kind: 'postgres', tls: 'off', ...postgres } as const;
  const admin = await openPostgres({ ...server, database: 'postgres' });
  await admin.query(`create database ${name}`);
  const settings = { ...server, database: name };
  const db = await openPostgres(settings);
  await migrateOps(db, [join(PACK_ROOT, 'sql/ops')]);
  return {
    settings,
    db,
    async close() {
      await db.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
