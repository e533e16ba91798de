import type { Pool, PoolClient } from 'pg';

/**
 * Lends a connection. When its use fails, it is closed, which rolls back whatever it was in.
 *
 * @public
 */
export async function withClient<T>(db: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  // When the connection breaks, its query fails, which is enough; unheard, the event would end the process.
  const ignore = () => {};
  client.on('error', ignore);
  try {
    const result = await use(client);
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** All of it, or nothing. @public */
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
