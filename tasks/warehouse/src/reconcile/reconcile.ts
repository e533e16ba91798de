import { inTransaction, type Logger } from '@dolphinstage/task-kit';
import type { Kafka } from 'kafkajs';
import type { Pool } from 'pg';
import type { Contract, SourceSystem } from '../contract';
import { WarehouseError } from '../errors';
import {
  blockFaults,
  wholeBlock,
  type BlockMismatch,
  type BlockPlace,
  type Fault,
} from './block-faults';
import { reconcileStatements, type ReconcileStatement } from './reconcile-sql';

/** So many faults are kept and shown of a data set. */
const SHOWN_FAULTS = 100;
const SHOWN_IN_ERROR = 10;
/** So many blocks are taken apart to name their rows. */
const EXAMINED_BLOCKS = 5;

/** What reconciling works with. */
export interface ReconcileTools {
  db: Pool;
  kafka: Kafka;
  runId: string;
  asset: (path: string) => string;
  log: Logger;
}

/** The stages of a data set, counted. */
export interface DatasetReconciliation {
  dataset: string;
  system: SourceSystem;
  sourceRows: number;
  raw: number;
  quarantined: number;
  cleaned: number;
  analytics: number;
  lost: number;
  completeness: number;
  faults: Fault[];
}

/** The run's numbers. */
export interface Reconciliation {
  rows: Record<'oracle' | 'mysql' | 'csv' | 'api' | 'raw' | 'cleaned' | 'analytics', number>;
  quarantined: number;
  lost: number;
  completeness: number;
}

type Sql = Record<ReconcileStatement, string>;

/**
 * Compares each data set's stages: what the source counted, what is in raw (counts, and checksums that the database
 * computes anew), in quarantine, in cleaned (value by value) and in analytics.
 *
 * @throws WarehouseError `ROWS_LOST` with the keys, `INCOMPLETE`.
 */
export async function reconcile(
  tools: ReconcileTools,
  contracts: readonly Contract[],
  minCompleteness: number,
): Promise<Reconciliation> {
  const results: DatasetReconciliation[] = [];
  for (const contract of contracts) {
    const sql = reconcileStatements(tools.asset, contract);
    const result = await reconcileDataset(tools, contract, sql);
    tools.log.info('reconciled', { ...result, faults: result.faults.length });
    results.push(result);
  }
  const total = sumUp(results);
  requireNothingLost(results);
  if (total.completeness < minCompleteness) {
    throw new WarehouseError(
      'INCOMPLETE',
      `${percent(total.completeness)} of the source rows arrived, ${percent(minCompleteness)} are asked for`,
      {
        where: results
          .filter(result => result.completeness < minCompleteness)
          .map(result => `${result.dataset} ${percent(result.completeness)}`)
          .join(', '),
        todo: 'Look at ops.extraction and cleaned.quarantine of these data sets.',
      },
    );
  }
  return total;
}

async function reconcileDataset(
  tools: ReconcileTools,
  contract: Contract,
  sql: Sql,
): Promise<DatasetReconciliation> {
  const { db } = tools;
  const { rows: expectations } = await db.query<{
    source_rows: string;
    rows: string;
    quarantined: string;
    ids: string[];
    unfinished: string;
  }>(sql.expected, [contract.dataset]);
  const expected = expectations[0]!;
  if (Number(expected.unfinished) > 0) {
    throw new WarehouseError('ROWS_LOST', 'loaded, but not cleaned and analysed yet', {
      where: contract.dataset,
      todo: 'Run the tasks clean and analyse first.',
    });
  }
  const { ids } = expected;
  const { rows: counted } = await db.query<
    Record<'raw' | 'quarantined' | 'cleaned' | 'analytics', string>
  >(sql.counts, [ids]);
  const counts = counted[0]!;
  const sourceRows = Number(expected.source_rows);
  const raw = Number(counts.raw);
  const quarantinedAtSource = Number(expected.quarantined);
  const { faults, missing } = await findFaults(tools, contract, sql, ids);
  const notExtracted = sourceRows - Number(expected.rows) - quarantinedAtSource;
  if (notExtracted !== 0) {
    faults.unshift({
      stage: 'source',
      fault: notExtracted > 0 ? 'missing' : 'extra',
      key: `${Math.abs(notExtracted)} rows, as the source counts them`,
    });
  }
  const lost = Math.max(sourceRows - raw - quarantinedAtSource, 0) + missing;
  const result: DatasetReconciliation = {
    dataset: contract.dataset,
    system: contract.system,
    sourceRows,
    raw,
    quarantined: quarantinedAtSource + Number(counts.quarantined),
    cleaned: Number(counts.cleaned),
    analytics: Number(counts.analytics),
    lost,
    completeness: sourceRows === 0 ? 1 : (raw + quarantinedAtSource) / sourceRows,
    faults,
  };
  await db.query(sql.save, [
    tools.runId,
    result.dataset,
    result.system,
    result.sourceRows,
    result.raw,
    result.quarantined,
    result.cleaned,
    result.analytics,
    result.lost,
    result.completeness,
    JSON.stringify(faults.slice(0, SHOWN_FAULTS)),
  ]);
  if (faults.length === 0) await db.query(sql.reconciled, [ids]);
  return result;
}

interface FaultRow {
  key: string;
  fault: Fault['fault'];
  faults: string;
  missing: string;
}

/** The faults found, bounded, and how many rows are missing after raw, not bounded. */
async function findFaults(
  tools: ReconcileTools,
  contract: Contract,
  sql: Sql,
  ids: readonly string[],
): Promise<{ faults: Fault[]; missing: number }> {
  const { db } = tools;
  const { rows: mismatches } = await db.query<BlockMismatch>(sql.raw_blocks, [ids]);
  const faults: Fault[] = [];
  for (const [index, mismatch] of mismatches.entries()) {
    const { rows: places } = await db.query<BlockPlace>(sql.place, [mismatch.extraction_id]);
    faults.push(
      ...(index < EXAMINED_BLOCKS && places[0]
        ? await blockFaults({ ...tools, rawLines: sql.raw_lines }, contract, mismatch, places[0])
        : [wholeBlock(mismatch)]),
    );
  }
  return inTransaction(db, async client => {
    await client.query("set local timezone = 'UTC'");
    await client.query("set local datestyle = 'ISO, YMD'");
    const cleaned = await client.query<FaultRow>(sql.cleaned_faults, [ids, SHOWN_FAULTS]);
    const analytics = await client.query<FaultRow>(sql.analytics_faults, [SHOWN_FAULTS]);
    faults.push(
      ...cleaned.rows.map(({ key, fault }): Fault => ({ stage: 'cleaned', fault, key })),
      ...analytics.rows.map(({ key, fault }): Fault => ({ stage: 'analytics', fault, key })),
    );
    const missing = Number(cleaned.rows[0]?.missing ?? 0) + Number(analytics.rows[0]?.missing ?? 0);
    return { faults, missing };
  });
}

function sumUp(results: readonly DatasetReconciliation[]): Reconciliation {
  const rows = { oracle: 0, mysql: 0, csv: 0, api: 0, raw: 0, cleaned: 0, analytics: 0 };
  let quarantined = 0;
  let lost = 0;
  for (const result of results) {
    rows[result.system === 'http' ? 'api' : result.system] += result.sourceRows;
    rows.raw += result.raw;
    rows.cleaned += result.cleaned;
    rows.analytics += result.analytics;
    quarantined += result.quarantined;
    lost += result.lost;
  }
  return {
    rows,
    quarantined,
    lost,
    completeness: Math.min(...results.map(result => result.completeness), 1),
  };
}

function requireNothingLost(results: readonly DatasetReconciliation[]): void {
  const bad = results.filter(result => result.faults.length > 0);
  if (bad.length === 0) return;
  const lost = bad.reduce((sum, result) => sum + result.lost, 0);
  throw new WarehouseError(
    'ROWS_LOST',
    `${lost} rows are lost; rows of ${bad.map(result => result.dataset).join(', ')} are not as they should be`,
    {
      where: bad
        .map(({ dataset, faults }) => {
          const shown = faults
            .slice(0, SHOWN_IN_ERROR)
            .map(({ stage, fault, key }) => `${stage} ${fault} ${key}`);
          const more =
            faults.length > SHOWN_IN_ERROR ? ` and ${faults.length - SHOWN_IN_ERROR} more` : '';
          return `${dataset}: ${shown.join('; ')}${more}`;
        })
        .join(' | '),
      todo: 'See faults in ops.reconciliation; what raw lacks can be extracted again from its source.',
    },
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}
