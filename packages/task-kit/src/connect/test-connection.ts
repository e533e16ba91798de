import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { redact } from '@dolphinstage/common';
import type { SASLOptions } from 'kafkajs';
import type { ConnectionKind, ConnectionSettings } from '../connections';
import { TaskError } from '../errors';
import { registerSecrets } from './connection-file';
import { openMysql } from './mysql';
import { openOracle } from './oracle';
import { openPostgres } from './postgres';

const DEADLINE_MS = 5_000;

/** What a {@link testConnection} that succeeded found. @public */
export interface ConnectionReport {
  /** What answered, in a few words: `PostgreSQL 18.4`. */
  readonly server: string;
}

type Probe<K extends ConnectionKind> = (
  settings: ConnectionSettings<K>,
  deadlineMs: number,
) => Promise<string>;

async function probePostgres(
  settings: ConnectionSettings<'postgres'>,
  deadlineMs: number,
): Promise<string> {
  const pool = await openPostgres(settings, {
    max: 1,
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
  });
  try {
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    return `PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    await pool.end();
  }
}

async function probeMysql(
  settings: ConnectionSettings<'mysql'>,
  deadlineMs: number,
): Promise<string> {
  const pool = await openMysql(settings, { connectionLimit: 1, connectTimeout: deadlineMs });
  try {
    const [rows] = await pool.query({ sql: 'select version() as version', timeout: deadlineMs });
    const version = (rows as { version?: string }[])[0]?.version ?? '';
    return /mariadb/i.test(version)
      ? `MariaDB ${version.replace(/-mariadb.*$/i, '')}`
      : `MySQL ${version}`;
  } finally {
    await pool.end();
  }
}

async function probeOracle(
  settings: ConnectionSettings<'oracle'>,
  deadlineMs: number,
): Promise<string> {
  const seconds = Math.ceil(deadlineMs / 1000);
  const pool = await openOracle(settings, {
    poolMax: 1,
    connectTimeout: seconds,
    transportConnectTimeout: seconds,
  });
  try {
    const connection = await pool.getConnection();
    try {
      connection.callTimeout = deadlineMs;
      await connection.ping();
      return `Oracle Database ${connection.oracleServerVersionString}`;
    } finally {
      await connection.close();
    }
  } finally {
    await pool.close(0);
  }
}

async function probeKafka(
  settings: ConnectionSettings<'kafka'>,
  deadlineMs: number,
): Promise<string> {
  // Not openKafka(), which is patient: here the first refusal is the answer.
  const { Kafka } = require('kafkajs') as typeof import('kafkajs');
  const admin = new Kafka({
    clientId: 'dolphinstage-test',
    brokers: [...settings.brokers],
    ssl: settings.tls,
    sasl: settings.sasl as SASLOptions | undefined,
    connectionTimeout: deadlineMs,
    requestTimeout: deadlineMs,
    retry: { retries: 0 },
    logCreator: () => () => undefined,
  }).admin();
  try {
    await admin.connect();
    const { brokers, clusterId } = await admin.describeCluster();
    return `Kafka cluster ${clusterId}, ${brokers.length} broker${brokers.length === 1 ? '' : 's'}`;
  } finally {
    await admin.disconnect();
  }
}

async function probeHttp(
  settings: ConnectionSettings<'http'>,
  deadlineMs: number,
): Promise<string> {
  const response = await fetch(settings.baseUrl, {
    headers: settings.token ? { authorization: `Bearer ${settings.token}` } : {},
    // The token is for this address, not for where it points.
    redirect: 'manual',
    signal: AbortSignal.timeout(deadlineMs),
  });
  await response.body?.cancel();
  // 404 and the like are an answer: the base address needn't be a page.
  if (response.status === 401 || response.status === 403)
    throw new Error(`it refuses the token (HTTP ${response.status})`);
  if (response.status >= 500) throw new Error(`it answers HTTP ${response.status}`);
  return `HTTP ${response.status}`;
}

async function probeFiles(settings: ConnectionSettings<'files'>): Promise<string> {
  if (!isAbsolute(settings.path)) throw new Error('the path is not absolute');
  if (!(await stat(settings.path)).isDirectory()) throw new Error('this is no folder');
  await access(settings.path, constants.R_OK | constants.X_OK);
  return 'a readable folder';
}

const PROBES: { [K in ConnectionKind]: Probe<K> } = {
  postgres: probePostgres,
  mysql: probeMysql,
  oracle: probeOracle,
  kafka: probeKafka,
  http: probeHttp,
  files: probeFiles,
};

/** Where a connection leads, without its account. */
function address(settings: ConnectionSettings): string {
  switch (settings.kind) {
    case 'oracle':
      return settings.connectString;
    case 'kafka':
      return settings.brokers.join(', ');
    case 'http':
      return new URL(settings.baseUrl).origin;
    case 'files':
      return settings.path;
    default:
      return `${settings.host}:${settings.port}/${settings.database}`;
  }
}

/** The deepest message: drivers wrap "connection refused" in names of their own, or leave it empty. */
function reason(error: unknown): string {
  const { message, code, errors, cause } = error as Error & {
    code?: string;
    errors?: unknown[];
    cause?: unknown;
  };
  const inner = errors?.[0] ?? cause;
  return (inner === undefined ? '' : reason(inner)) || message || code || String(error);
}

/**
 * Connects as a task would, logs in, asks for the version and leaves.
 *
 * @param options - `deadlineMs`: for all of it, 5,000 by default.
 * @throws TaskError `CONNECTION_FAILED`: one reason, without secrets.
 * @public
 */
export async function testConnection<K extends ConnectionKind>(
  settings: ConnectionSettings<K>,
  options: { deadlineMs?: number } = {},
): Promise<ConnectionReport> {
  registerSecrets(settings);
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const over = new AbortController();
  const probe = PROBES[settings.kind] as unknown as Probe<K>;
  try {
    const late = delay(deadlineMs, undefined, { signal: over.signal }).then(() => {
      throw new Error(`no answer within ${deadlineMs / 1000} s`);
    });
    // The loser of the race is heard too: nothing of it may end the process later.
    const probed = probe(settings, deadlineMs);
    probed.catch(() => undefined);
    late.catch(() => undefined);
    return { server: await Promise.race([probed, late]) };
  } catch (cause) {
    throw new TaskError(
      'CONNECTION_FAILED',
      redact(`${address(settings)} can't be used: ${reason(cause)}`),
      {
        where: `${settings.kind} connection`,
        todo: 'Check the address, the account, TLS, and that this machine may connect there.',
        cause,
      },
    );
  } finally {
    over.abort();
  }
}
