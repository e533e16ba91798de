import type { Pool, PoolAttributes } from 'oracledb';
import type { ConnectionSettings } from '../connections';

const CONNECT_TIMEOUT_S = 10;

/**
 * A pool of Oracle connections (4 at most, 10 s to connect; `options` override), in thin mode: no Oracle
 * client libraries are ever loaded. TLS as the connect string says (`tcps://…`). End it with `close(0)`.
 *
 * @public
 */
export async function openOracle(
  settings: ConnectionSettings<'oracle'>,
  options: PoolAttributes = {},
): Promise<Pool> {
  const oracledb = require('oracledb') as typeof import('oracledb');
  return oracledb.createPool({
    connectString: settings.connectString,
    user: settings.user,
    password: settings.password,
    poolMin: 0,
    poolMax: 4,
    connectTimeout: CONNECT_TIMEOUT_S,
    transportConnectTimeout: CONNECT_TIMEOUT_S,
    ...options,
  });
}
