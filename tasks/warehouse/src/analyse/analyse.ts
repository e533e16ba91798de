import { inTransaction, type Logger, type RunCounters, statements } from '@dolphinstage/task-kit';
import type { Pool } from 'pg';
import type { Contract } from '../contract';
import type { Ledger } from '../ledger';
import { ensureCleanedTable, ensureSchemas } from '../tables';

/** Facts first: dimensions take in what they name. */
const FACTS = [
  'touched',
  'fact_flight',
  'fact_weather',
  'touched_now',
  'dim_date',
  'on_time_daily',
] as const;

const DIMENSIONS = [
  'dim_airline',
  'dim_airline_inferred',
  'dim_airport',
  'dim_airport_inferred',
  'dim_plane',
  'dim_plane_inferred',
  'dim_department',
  'dim_job',
  'dim_employee',
  'salary_by_department',
] as const;

type Statement = (typeof FACTS)[number] | (typeof DIMENSIONS)[number];

/** Those that only prepare others. */
const NOT_COUNTED: readonly Statement[] = ['touched', 'touched_now'];

/** What analysing works with. */
export interface AnalyseTools {
  db: Pool;
  ledger: Ledger;
  asset: (path: string) => string;
  log: Logger;
  counters: RunCounters;
}

/**
 * Brings `analytics` up to date with `cleaned`, all or nothing. Facts and daily aggregates take the extractions that are
 * new since the last time; dimensions and human resources are small and compared as a whole.
 *
 * @returns rows written, by table.
 */
export async function analyse(
  { db, ledger, asset, log, counters }: AnalyseTools,
  contracts: readonly Contract[],
): Promise<Record<string, number>> {
  await ensureSchemas(db, asset);
  for (const contract of contracts) await ensureCleanedTable(db, asset, contract);
  const sql = {
    ...statements<Statement>(asset('sql/analytics/facts.sql')),
    ...statements<Statement>(asset('sql/analytics/dimensions.sql')),
  };
  const written = await inTransaction(db, async client => {
    // Two at once would write the same rows; the second waits, and finds nothing to do.
    await client.query("select pg_advisory_xact_lock(hashtextextended('warehouse.analytics', 0))");
    await client.query(asset('sql/analytics/tables.sql'));
    const pending: string[] = [];
    for (const { dataset } of contracts) {
      pending.push(...(await ledger.pending(client, dataset, 'analyse')));
    }
    const counts: Record<string, number> = {};
    for (const name of [...FACTS, ...DIMENSIONS]) {
      const { rowCount } = await client.query(sql[name], sql[name].includes('$1') ? [pending] : []);
      if (!NOT_COUNTED.includes(name)) counts[name] = rowCount ?? 0;
    }
    await ledger.done(client, pending, 'analyse');
    return counts;
  });
  counters.rowsOut += Object.values(written).reduce((sum, rows) => sum + rows, 0);
  log.info('analysed', written);
  return written;
}
