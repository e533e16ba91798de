import type { Queryable } from '../context';

/** How many rows went. @public */
export interface RetentionResult {
  readonly table: string;
  readonly deleted: number;
}

/**
 * Deletes what `ops.retention` says is old enough: run records after 400 days, outputs after 30, and what
 * packs have registered. Attempts that have been `running` for 30 days are closed as `killed`.
 *
 * @public
 */
export async function applyRetention(ops: Queryable): Promise<RetentionResult[]> {
  const { rows } = await ops.query<{ table_name: string; deleted: string }>(
    'select table_name, deleted from ops.apply_retention()',
  );
  return rows.map(row => ({ table: row.table_name, deleted: Number(row.deleted) }));
}
