import { quote, withClient } from '@dolphinstage/task-kit';
import type { Pool } from 'pg';
import { qualified } from '../qualified';
import type { InputRow } from '@dolphinstage/model-kit';

/** Rows at once: what a batch takes doesn't grow with what is read. */
const BATCH = 2_000;

/**
 * A run's rows as JSON has them, which is how a request has them too, in the order of their cut-offs.
 *
 * @param since - only rows with a cut-off from this instant on, ISO 8601.
 */
export async function readRows(
  db: Pool,
  {
    table,
    key,
    cutOff,
    since = '-infinity',
  }: { table: string; key: string; cutOff: string; since?: string },
  use: (rows: InputRow[]) => void,
): Promise<void> {
  await withClient(db, async client => {
    await client.query('begin read only');
    await client.query(`declare rows no scroll cursor for
      select row_to_json(r) as row from ${qualified(table)} r
      where ${quote(cutOff)} >= '${since}'::timestamptz order by ${quote(cutOff)}, ${quote(key)}`);
    for (;;) {
      const { rows } = await client.query<{ row: InputRow }>(`fetch ${BATCH} from rows`);
      if (rows.length === 0) break;
      use(rows.map(({ row }) => row));
    }
    await client.query('commit');
  });
}
