import type { Pool, PoolOptions } from 'mysql2/promise';
import type { ConnectionSettings } from '../connections';
import { tlsOptions } from './postgres';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A pool of MySQL or MariaDB connections (4 at most, 10 s to connect; `options` override). Dates, decimals
 * and large integers come as text, unchanged. `pool.pool` has the callback interface, which streams. End
 * it with `end()`.
 *
 * @public
 */
export async function openMysql(
  settings: ConnectionSettings<'mysql'>,
  options: PoolOptions = {},
): Promise<Pool> {
  const mysql = require('mysql2/promise') as typeof import('mysql2/promise');
  return mysql.createPool({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: settings.password,
    ssl: tlsOptions(settings.tls),
    connectionLimit: 4,
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    enableKeepAlive: true,
    ...options,
  });
}
