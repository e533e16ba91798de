import type { Pool } from 'pg';
import { packAsset } from '../assets';
import type { Connections } from '../connect/connection-file';
import { openPostgres } from '../connect/postgres';
import type { ConnectionKind, ConnectionRef, ConnectionSettings } from '../connections';
import type { Logger, Progress, RunCounters, RunIdentity, TaskContext } from '../context';
import { TaskError } from '../errors';
import { openCheckpoint } from '../ops/checkpoint';

/** The connection that names the platform's own database. */
export const OPS_CONNECTION = 'ops';

const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';

/** What a context is made of. */
export interface ContextParts {
  readonly packRoot: string;
  readonly run: RunIdentity;
  readonly connections: Connections;
  readonly log: Logger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A context, and the end of what it opened. */
export interface OpenContext {
  readonly context: TaskContext;
  close(): Promise<void>;
}

/** Says what a failure of `ops` means and what to do; anything else as it was. */
export function opsError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === UNDEFINED_TABLE || code === INVALID_SCHEMA) {
    return new TaskError('OPS_MISSING', `the platform's database lacks a table: ${message}`, {
      where: `connection ${OPS_CONNECTION}`,
      todo: 'Apply the migrations of ops: dolphinstage up does, or migrateOps().',
      cause: error,
    });
  }
  return error;
}

function lookUp<K extends ConnectionKind>(
  connections: Connections,
  ref: ConnectionRef<K>,
): ConnectionSettings<K> {
  const settings = Object.hasOwn(connections, ref.connection)
    ? connections[ref.connection]
    : undefined;
  const where = `connection ${ref.connection}`;
  if (!settings) {
    throw new TaskError('CONNECTION_UNKNOWN', `there is no connection named "${ref.connection}"`, {
      where,
      todo: `Store it with: dolphinstage connections set ${ref.connection}`,
    });
  }
  if (ref.kind && settings.kind !== ref.kind) {
    throw new TaskError(
      'CONNECTION_KIND',
      `"${ref.connection}" is a ${settings.kind} connection, not ${ref.kind}`,
      {
        where,
        todo: `Name a ${ref.kind} connection in the input.`,
      },
    );
  }
  return settings as ConnectionSettings<K>;
}

/** What a running task has. */
export function openContext(parts: ContextParts): OpenContext {
  const { run, connections, log, progress, signal } = parts;
  const counters: RunCounters = { rowsIn: 0, rowsOut: 0, bytesIn: 0, bytesOut: 0 };
  let pool: Promise<Pool> | undefined;

  const connect = async (): Promise<Pool> => {
    const opened = await openPostgres(
      lookUp(connections, { connection: OPS_CONNECTION, kind: 'postgres' }),
      {
        application_name: run.id.slice(0, 63),
      },
    );
    try {
      await opened.query('select 1');
      return opened;
    } catch (cause) {
      await opened.end();
      throw new TaskError(
        'OPS_UNAVAILABLE',
        `the platform's database doesn't answer: ${(cause as Error).message}`,
        {
          where: `connection ${OPS_CONNECTION}`,
          todo: 'Look whether it runs and lets this connection in: dolphinstage connections test ops',
          cause,
        },
      );
    }
  };

  const context: TaskContext = {
    run,
    log,
    progress,
    counters,
    signal,
    connection: ref => lookUp(connections, ref),
    ops() {
      // A failure isn't kept: the database may be back the next time.
      pool ??= connect().catch((error: unknown) => {
        pool = undefined;
        throw error;
      });
      return pool;
    },
    async checkpoint<T>(name: string) {
      const key = { scope: run.project ?? '', name };
      const openedBy = run.id;
      try {
        return await openCheckpoint<T>(await context.ops(), key, openedBy);
      } catch (error) {
        throw opsError(error);
      }
    },
    asset: path => packAsset(parts.packRoot, path),
  };

  return {
    context,
    async close() {
      await (await pool?.catch(() => undefined))?.end();
    },
  };
}
