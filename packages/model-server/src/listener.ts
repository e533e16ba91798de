import { openPostgres, type ConnectionSettings } from '@dolphinstage/task-kit';
import type { Client, PoolClient } from 'pg';

/** A connection of its own to listen on, opened as the kit opens all of them; the pool ends with it. */
export function listenerFor(
  settings: ConnectionSettings<'postgres'>,
  timeoutMs: number,
): () => Promise<Client> {
  return async () => {
    const pool = await openPostgres(settings, {
      max: 1,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      application_name: 'dolphinstage-models-listen',
    });
    const client = (await pool.connect()) as PoolClient & Client;
    client.once('end', () => void pool.end().catch(() => {}));
    return client;
  };
}
