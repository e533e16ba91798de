import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import type { Pool } from 'pg';
import { openPostgres, type ConnectionSettings } from '..';

/** A database of a suite's own. */
export interface TestDatabase {
  readonly settings: ConnectionSettings<'postgres'>;
  readonly pool: Pool;
  drop(): Promise<void>;
}

/** Makes a database on the test platform's PostgreSQL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testPlatform().postgres;
  const admin: ConnectionSettings<'postgres'> = {
    kind: 'postgres',
    tls: 'off',
    database: 'postgres',
    ...server,
  };
  const name = `task_kit_${randomBytes(6).toString('hex')}`;
  const onServer = async (sql: string) => {
    const pool = await openPostgres(admin, { max: 1 });
    await pool.query(sql).finally(() => pool.end());
  };
  await onServer(`create database ${name}`);
  const settings = { ...admin, database: name };
  const pool = await openPostgres(settings);
  return {
    settings,
    pool,
    async drop() {
      await pool.end();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

/** A folder of a suite's own. */
export interface TestFolder {
  readonly path: string;
  /** Writes a file into it, mode 0600, and gives its path. */
  write(name: string, content: unknown): string;
  remove(): void;
}

/** Makes a folder for a suite's files. */
export function createTestFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'task-kit-test-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), {
        mode: 0o600,
      });
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Asks again until the answer is there; every wait has a limit. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come true within ${limitMs} ms`);
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}
