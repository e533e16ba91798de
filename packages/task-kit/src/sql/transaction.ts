import { isDolphinstageError } from '@dolphinstage/common';
import type { Pool, PoolClient } from 'pg';
import { TaskError } from '../errors';

/** A server that ends a session says so with these, before the connection breaks. */
const ENDED_BY_SERVER = /^(?:08...|57P0[123])$/;

/** Where a pool leads, without its account. */
const addressOf = ({ options: { host, port, database } }: Pool) => `${host}:${port}/${database}`;

/** Node leaves the message of an error empty that stands for one an address. */
const reasonOf = ({ message, errors }: Error & { errors?: Error[] }): string =>
  message || (errors?.[0]?.message ?? 'no reason given');

const failed = (db: Pool, cause: Error) =>
  new TaskError('CONNECTION_FAILED', `${addressOf(db)} can't be used: ${reasonOf(cause)}`, {
    where: 'postgres connection',
    todo: 'Look whether the server runs and lets this account in; then run the task again.',
    cause,
  });

const lost = (db: Pool, broken: Error, cause: unknown) =>
  new TaskError('CONNECTION_LOST', `the connection to ${addressOf(db)} broke: ${broken.message}`, {
    where: 'postgres connection',
    todo: 'Look whether the server runs; then run the task again.',
    cause,
  });

/**
 * Lends a connection. When its use fails, it is closed, which rolls back whatever it was in.
 *
 * @throws TaskError `CONNECTION_FAILED` where there is none to be had, `CONNECTION_LOST` where it breaks in use: whether what was
 *   being committed is committed isn't known then. What `use` throws otherwise.
 * @public
 */
export async function withClient<T>(db: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect().catch((cause: Error) => {
    throw failed(db, cause);
  });
  // When the connection breaks, its query fails, too; unheard, the event would end the process.
  let broken: Error | undefined;
  const notice = (error: Error) => {
    broken ??= error;
  };
  client.on('error', notice);
  try {
    const result = await use(client);
    client.off('error', notice);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    if (isDolphinstageError(error)) throw error;
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && ENDED_BY_SERVER.test(code)) broken ??= error as Error;
    throw broken ? lost(db, broken, error) : error;
  }
}

/** All of it, or nothing. @throws what {@link withClient} does. @public */
export async function inTransaction<T>(
  db: Pool,
  use: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return withClient(db, async client => {
    await client.query('begin');
    const result = await use(client);
    await client.query('commit');
    return result;
  });
}
