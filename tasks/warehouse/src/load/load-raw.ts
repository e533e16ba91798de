import {
  BlockError,
  inTransaction,
  KafkaError,
  type Logger,
  type Progress,
  quote,
  RangeReader,
  readBlock,
  type RunCounters,
  withClient,
} from '@dolphinstage/task-kit';
import type { Kafka } from 'kafkajs';
import type { Pool, PoolClient } from 'pg';
import type { Contract } from '../contract';
import { WarehouseError } from '../errors';
import type { ExtractionRow, Ledger } from '../ledger';
import { ensureRawTable, ensureSchemas } from '../tables';
import { ExtractionLoader } from './extraction-loader';

/** Large enough that commits cost nothing, small enough that little is done again. */
export const TRANSACTION_BYTES = 16 * 1024 * 1024;

/** What loading works with. @public */
export interface LoadTools {
  db: Pool;
  ledger: Ledger;
  kafka: Kafka;
  topic: string;
  asset: (path: string) => string;
  log: Logger;
  progress: Progress;
  counters: RunCounters;
  /** COPY text in one transaction, in bytes; 16 MiB unless told. */
  transactionBytes?: number;
}

/** What was loaded of a data set. @public */
export interface LoadSummary {
  dataset: string;
  extraction: string;
  rows: number;
  quarantined: number;
}

/**
 * Loads what is sealed: of each data set the newest extraction; older ones that were never loaded are superseded, since
 * the newest began at the same place.
 * @public
 */
export async function loadRaw(
  tools: LoadTools,
  contracts: readonly Contract[],
): Promise<LoadSummary[]> {
  const { db, ledger, asset, log } = tools;
  await ensureSchemas(db, asset);
  const loaded: LoadSummary[] = [];
  let reader: RangeReader | undefined;
  const openReader = async () =>
    (reader ??= await RangeReader.open(tools.kafka, { topic: tools.topic }));
  try {
    for (const contract of contracts) {
      // First taken, then looked at: nobody moves it any more.
      const taken = await ledger.take(db, contract.dataset);
      await ensureRawTable(db, asset, contract);
      for (const id of await ledger.leftovers(db, contract.dataset)) {
        await inTransaction(db, client => takeBack(ledger, client, contract, id, taken.loader));
      }
      const [newest, ...older] = await ledger.sealed(db, contract.dataset);
      if (!newest) continue;
      for (const row of older) {
        await discard(tools, contract, row, taken.loader, 'superseded');
        log.warn('superseded by a newer extraction', { extraction: row.extraction });
      }
      loaded.push(await loadNewest(tools, contract, newest, taken, openReader));
    }
  } finally {
    await reader?.close();
  }
  return loaded;
}

async function loadNewest(
  tools: LoadTools,
  contract: Contract,
  newest: ExtractionRow,
  { loader, cursor }: { loader: string; cursor: string | null },
  openReader: () => Promise<RangeReader>,
): Promise<LoadSummary> {
  const { db, ledger, log, progress, counters } = tools;
  if (contract.load === 'incremental' && cursor !== newest.cursor_from) {
    await discard(tools, contract, newest, loader, 'superseded');
    throw new WarehouseError(
      'EXTRACTION_STALE',
      `it began at ${newest.cursor_from}, meanwhile another has ended at ${cursor}`,
      {
        where: `${contract.dataset}, extraction ${newest.extraction}`,
        todo: 'Run the workflow again.',
      },
    );
  }
  progress.start(contract.dataset, { total: Number(newest.bytes), unit: 'bytes' });
  try {
    counters.bytesIn += await withClient(db, async client => {
      const extraction = new ExtractionLoader({
        ledger,
        client,
        contract,
        row: newest,
        loader,
        transactionBytes: tools.transactionBytes ?? TRANSACTION_BYTES,
      });
      await readInto(extraction, newest, openReader, bytes => progress.add(bytes));
      await extraction.complete();
      return extraction.bytes;
    });
  } catch (error) {
    if (!isLost(error)) throw error;
    await discard(tools, contract, newest, loader, 'lost');
    throw lostBecause(newest, error);
  }
  progress.end();
  counters.rowsIn += Number(newest.rows);
  counters.rowsOut += Number(newest.rows);
  log.info('loaded', {
    dataset: contract.dataset,
    rows: newest.rows,
    quarantined: newest.quarantined,
  });
  return {
    dataset: contract.dataset,
    extraction: newest.extraction,
    rows: Number(newest.rows),
    quarantined: Number(newest.quarantined),
  };
}

async function readInto(
  extraction: ExtractionLoader,
  row: ExtractionRow,
  openReader: () => Promise<RangeReader>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  if (row.offset_to === null) return;
  const range = { from: extraction.nextOffset, to: BigInt(row.offset_to) };
  if (range.from >= range.to) return;
  const reader = await openReader();
  await reader.read(row.kafka_partition, range, async ({ offset, value }) => {
    const before = extraction.bytes;
    await extraction.take(offset, readBlock(value));
    onBytes(extraction.bytes - before);
  });
}

/** Gives an extraction up, and what was loaded of it. */
async function discard(
  tools: LoadTools,
  contract: Contract,
  row: ExtractionRow,
  loader: string,
  state: 'superseded' | 'lost',
): Promise<void> {
  await inTransaction(tools.db, async client => {
    await tools.ledger.setAside(client, row.id, state);
    await takeBack(tools.ledger, client, contract, row.id, loader);
  });
}

/** @throws WarehouseError `FENCED`: a newer loader may have loaded it meanwhile. */
async function takeBack(
  ledger: Ledger,
  client: PoolClient,
  contract: Contract,
  id: string,
  loader: string,
): Promise<void> {
  await ledger.takeBack(client, { dataset: contract.dataset, loader, id });
  await client.query(`delete from raw.${quote(contract.dataset)} where _extraction_id = $1`, [id]);
  await client.query('delete from cleaned.quarantine where dataset = $1 and _extraction_id = $2', [
    contract.dataset,
    id,
  ]);
}

/** True when reading again would find the same. */
function isLost(error: unknown): boolean {
  return (
    error instanceof BlockError ||
    (error instanceof KafkaError && error.code === 'KAFKA_RANGE_LOST') ||
    (error instanceof WarehouseError && error.code === 'STAGING_LOST')
  );
}

function lostBecause(row: ExtractionRow, cause: unknown): WarehouseError {
  if (cause instanceof WarehouseError) return cause;
  return new WarehouseError('STAGING_LOST', (cause as Error).message, {
    where: `${row.topic}, partition ${row.kafka_partition}, extraction ${row.extraction}`,
    todo: 'Run the workflow again: the rows are still in the source, and the cursor stands before them.',
    cause,
  });
}
