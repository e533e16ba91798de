import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Endpoint } from '../../server';
import { ensureOwnedDatabase, withPostgres } from '../postgres';

/** What DolphinScheduler's schema lacks; the file says why. */
const INDEXES = join(
  dirname(require.resolve('@dolphinstage/embedded/package.json')),
  'sql/dolphinscheduler-indexes.sql',
);

export const DATABASE = 'dolphinscheduler';

/**
 * Makes the database, its user, the schema and its indexes unless they are there. The schema is loaded in one
 * transaction: a kill in the middle leaves nothing.
 */
export async function prepareDatabase(
  server: Endpoint,
  password: string,
  schema: string,
): Promise<void> {
  await ensureOwnedDatabase(server, DATABASE, password);
  await withPostgres(server, DATABASE, async client => {
    const user = client.escapeIdentifier(DATABASE);
    const loaded = await client.query(
      `select to_regclass('public.t_ds_version') is not null as yes`,
    );
    if (loaded.rows[0]?.yes !== true) {
      await client.query(`begin; set local role ${user}; ${schema}; commit`);
    }
    await client.query(`begin; set local role ${user}; ${readFileSync(INDEXES, 'utf8')}; commit`);
  });
}
