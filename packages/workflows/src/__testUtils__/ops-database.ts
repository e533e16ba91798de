import { randomBytes } from 'node:crypto';
import { testPlatform } from '@dolphinstage/embedded';
import { migrateOps, openPostgres, type ConnectionSettings } from '@dolphinstage/task-kit';

/** A suite's own database with the schema `ops`. */
export interface OpsDatabase {
  readonly settings: ConnectionSettings<'postgres'>;
  query<T>(sql: string): Promise<T[]>;
  drop(): Promise<void>;
}

export async function createOpsDatabase(): Promise<OpsDatabase> {
  const admin: ConnectionSettings<'postgres'> = {
    kind: 'postgres',
    tls: 'off',
    database: 'postgres',
    ...testPlatform().postgres,
  };
  const name = `workflows_${randomBytes(6).toString('hex')}`;
  const onServer = async (sql: string) => {
    const pool = await openPostgres(admin, { max: 1 });
    await pool.query(sql).finally(() => pool.end());
  };
  await onServer(`create database ${name}`);
  const settings = { ...admin, database: name };
  const pool = await openPostgres(settings);
  await migrateOps(pool);
  return {
    settings,
    query: async <T>(sql: string) => (await pool.query(sql)).rows as T[],
    async drop() {
      await pool.end();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}
