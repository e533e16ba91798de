import type { Pool, PoolClient } from 'pg';
import { statements, withClient } from '@dolphinstage/task-kit';
import { RetrainingError } from '../errors';

const LOCK_NOT_AVAILABLE = '55P03';

type Statement = 'ready' | 'lock' | 'holder';

/**
 * Works on a model while nobody else does. The lock is the session's: it ends with the process, however that ends, and
 * what is written through its connection can't come from somebody who has lost it.
 *
 * @param waitSeconds - how long another may go on before this one gives up.
 * @throws RetrainingError `MODEL_BUSY`, `MODELS_NOT_READY`.
 */
export async function withModel<T>(
  db: Pool,
  asset: (path: string) => string,
  model: string,
  waitSeconds: number,
  use: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const sql = statements<Statement>(asset('sql/run.sql'));
  return withClient(db, async client => {
    const { rows } = await client.query<{ ready: boolean }>(sql.ready);
    if (!rows[0]?.ready) {
      throw new RetrainingError('MODELS_NOT_READY', 'the tables of models are not there', {
        where: 'schema models',
        todo: "Apply the migrations of the pack's sql/ops and of the model kit.",
      });
    }
    // 0 would mean for ever.
    await client.query(`set lock_timeout = ${Math.max(1, Math.round(waitSeconds * 1000))}`);
    try {
      await client.query(sql.lock, [model]);
    } catch (cause) {
      if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
      const holders = await client.query<{ address: string | null; since: Date }>(sql.holder, [
        model,
      ]);
      const held = holders.rows[0];
      const who = held ? ` (from ${held.address}, since ${held.since.toISOString()})` : '';
      throw new RetrainingError('MODEL_BUSY', `another process works on ${model}${who}`, {
        where: model,
        todo: 'Wait for it; this step can be repeated then.',
        cause,
      });
    }
    await client.query('set lock_timeout = 0');
    const result = await use(client);
    await client.query('select pg_advisory_unlock_all()');
    return result;
  });
}
