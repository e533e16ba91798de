import {
  fill,
  inTransaction,
  literal,
  type Logger,
  quote,
  type RunCounters,
  statements,
} from '@dolphinstage/task-kit';
import type { Pool, PoolClient } from 'pg';
import type { Contract } from '../contract';
import type { Ledger } from '../ledger';
import { columnList, ensureCleanedTable, ensureSchemas } from '../tables';
import { checksOf, keyText, typedKey, typedValue } from './checks';

type CleanStatement = 'bad' | 'duplicates' | 'reset' | 'quarantine' | 'merge' | 'delete_missing';

/** What cleaning works with. */
export interface CleanTools {
  db: Pool;
  ledger: Ledger;
  asset: (path: string) => string;
  log: Logger;
  counters: RunCounters;
}

/** What cleaning a data set did. */
export interface CleanSummary {
  dataset: string;
  /** Rows added, changed or removed in cleaned. */
  changed: number;
  quarantined: number;
}

/**
 * Brings what was loaded since the last time from raw into cleaned: typed where the row keeps its contract, into
 * quarantine where it doesn't. A row that is there already is not written again.
 */
export async function clean(
  tools: CleanTools,
  contracts: readonly Contract[],
): Promise<CleanSummary[]> {
  const { db, ledger, asset, log } = tools;
  await ensureSchemas(db, asset);
  const summaries: CleanSummary[] = [];
  for (const contract of contracts) {
    await ensureCleanedTable(db, asset, contract);
    const pending = await ledger.pending(db, contract.dataset, 'clean');
    const summary = { dataset: contract.dataset, changed: 0, quarantined: 0 };
    // One by one, in order: where two hold the same key, the later one wins.
    for (const id of relevant(contract, pending)) {
      const { changed, quarantined } = await cleanExtraction(tools, contract, id);
      summary.changed += changed;
      summary.quarantined += quarantined;
    }
    await ledger.done(db, pending, 'clean');
    log.info('cleaned', summary);
    summaries.push(summary);
  }
  return summaries;
}

/** Of a data set that is replaced as a whole only the last extraction is in raw. */
function relevant(contract: Contract, ids: readonly string[]): readonly string[] {
  return contract.load === 'full' ? ids.slice(-1) : ids;
}

async function cleanExtraction(
  { db, ledger, asset, counters }: CleanTools,
  contract: Contract,
  id: string,
): Promise<{ changed: number; quarantined: number }> {
  const sql = cleanStatements(asset, contract);
  return inTransaction(db, async client => {
    // A clean that a crash left behind ends first; then there is nothing left to write.
    await client.query(
      "select pg_advisory_xact_lock(hashtextextended('warehouse.clean.' || $1, 0))",
      [contract.dataset],
    );
    await client.query("set local timezone = 'UTC'");
    await client.query("set local datestyle = 'ISO, YMD'");
    await client.query(sql.bad, [id]);
    await client.query(sql.duplicates, [id]);
    await client.query(sql.reset, [contract.dataset, id]);
    const quarantined = await client.query(sql.quarantine, [id]);
    const merged = await client.query(sql.merge, [id]);
    const removed = await deleteMissing(client, contract, sql.delete_missing, id);
    await ledger.done(client, [id], 'clean');
    counters.rowsOut += merged.rowCount ?? 0;
    return {
      changed: (merged.rowCount ?? 0) + removed,
      quarantined: quarantined.rowCount ?? 0,
    };
  });
}

async function deleteMissing(
  client: PoolClient,
  contract: Contract,
  sql: string,
  id: string,
): Promise<number> {
  if (contract.load !== 'full') return 0;
  return (await client.query(sql, [id])).rowCount ?? 0;
}

/** The statements of `sql/clean.sql` for a contract. */
export function cleanStatements(
  asset: (path: string) => string,
  contract: Contract,
): Record<CleanStatement, string> {
  const checks = checksOf(contract);
  const others = contract.columns.filter(column => !contract.key.includes(column.name));
  const filled = fill(asset('sql/clean.sql'), {
    table: quote(contract.dataset),
    dataset: literal(contract.dataset),
    fault: `case ${checks.map(({ condition }, index) => `when ${condition} then ${index}`).join('\n    ')} end`,
    column: `case b.fault ${checks.map(({ column }, index) => `when ${index} then ${literal(column)}`).join(' ')} end`,
    reason: `case b.fault ${checks.map(({ reason }, index) => `when ${index} then ${reason}`).join('\n    ')} else 'the key is there more than once' end`,
    key_text: keyText(contract),
    typed_key: contract.key.map(key => typedKey(contract, key)).join(', '),
    typed: contract.columns
      .map(column => `${typedValue(contract, column)} as ${quote(column.name)}`)
      .join(',\n    '),
    columns: columnList(contract),
    values: columnList(contract, 's.'),
    same_key: contract.key.map(key => `t.${quote(key)} = s.${quote(key)}`).join(' and '),
    changed:
      others.length === 0
        ? 'false'
        : `(${others.map(({ name }) => `t.${quote(name)}`).join(', ')}) is distinct from (${others
            .map(({ name }) => `s.${quote(name)}`)
            .join(', ')})`,
    assign: [
      ...others.map(({ name }) => `${quote(name)} = s.${quote(name)}`),
      '_extraction_id = s._extraction_id',
    ].join(', '),
  });
  return statements<CleanStatement>(filled);
}
