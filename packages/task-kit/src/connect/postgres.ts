import type { Pool, PoolConfig } from 'pg';
import type { ConnectionSettings } from '../connections';

const CONNECT_TIMEOUT_MS = 10_000;

/** TLS as `pg` and `mysql2` take it. */
export function tlsOptions(
  tls: 'off' | 'require' | 'verify',
): { rejectUnauthorized: boolean; verifyIdentity: boolean } | undefined {
  const verify = tls === 'verify';
  // mysql2 compares the certificate's name only when told to.
  return tls === 'off' ? undefined : { rejectUnauthorized: verify, verifyIdentity: verify };
}

/**
 * A pool of PostgreSQL connections (4 at most, 10 s to connect; `options` override). Certificates are
 * checked against Node's authorities and those in NODE_EXTRA_CA_CERTS. End it with `end()`.
 *
 * @public
 */
export async function openPostgres(
  settings: ConnectionSettings<'postgres'>,
  options: PoolConfig = {},
): Promise<Pool> {
  // Loaded when used: a task without PostgreSQL doesn't pay for it.
  const pg = require('pg') as typeof import('pg');
  const pool = new pg.Pool({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    // Never from PGPASSWORD or a .pgpass of the machine: the connections file is the one source.
    password: () => settings.password,
    ssl: tlsOptions(settings.tls) ?? false,
    max: 4,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'dolphinstage-task',
    keepAlive: true,
    ...options,
  });
  // An idle connection that breaks leaves the pool; unheard, the event would end the process.
  pool.on('error', () => undefined);
  return pool;
}
