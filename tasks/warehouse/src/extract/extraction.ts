import {
  BlockSink,
  encodeManifest,
  topicRanges,
  type BlockOrigin,
  type RunCounters,
  type Logger,
  type Progress,
} from '@dolphinstage/task-kit';
import type { Kafka } from 'kafkajs';
import type { Pool } from 'pg';
import { crc32 } from 'node:zlib';
import type { Contract } from '../contract';
import type { CursorState, ExtractionRow, KeyRange, Ledger, Seal } from '../ledger';
import { RowWriter } from './row-writer';

/** What an extraction works with. @public */
export interface ExtractionTools {
  db: Pool;
  ledger: Ledger;
  kafka: Kafka;
  topic: { name: string; clusterId: string; partitions: number };
  /** The run's id: the same in each attempt of a task. */
  runId: string;
  log: Logger;
  progress: Progress;
  counters: RunCounters;
  /** In bytes; the blocks' own default unless told. */
  blockBytes?: number;
}

/** What a source says when all its rows are written. */
export interface SourceEnd {
  /** How many rows the source itself counts between the cursor and its new place. */
  sourceRows: number;
  /** Where the next extraction begins; null where there is no cursor. */
  cursor: string | null;
  /** Keys below the cursor that may still appear. */
  late?: KeyRange[];
}

/** Reads a source from a cursor on into a writer. */
export type SourceReader = (writer: RowWriter, from: CursorState) => Promise<SourceEnd>;

/** What an extraction hands on. @public */
export interface ExtractionSummary {
  dataset: string;
  extraction: string;
  attempt: number;
  sourceRows: number;
  rows: number;
  quarantined: number;
  bytes: number;
}

/**
 * One data set from its source into Kafka, as a sealed attempt. Run again after a crash, it opens a new attempt, which
 * makes the former one's blocks worthless; run again after its end, it finds its seal and does nothing.
 * @public
 */
export async function extract(
  tools: ExtractionTools,
  contract: Contract,
  source: string,
  read: SourceReader,
): Promise<ExtractionSummary> {
  const { db, ledger, topic, log } = tools;
  const extraction = `${tools.runId}/${contract.dataset}`;
  const sealed = await ledger.sealedAttempt(db, extraction);
  if (sealed && (await isStaged(tools, sealed))) {
    log.info('already extracted', {
      dataset: contract.dataset,
      extraction,
      attempt: sealed.attempt,
    });
    return summaryOf(sealed);
  }
  if (sealed) await ledger.setAside(db, sealed.id, 'lost');

  const from =
    contract.load === 'incremental'
      ? await ledger.cursor(db, contract.dataset)
      : { cursor: null, late: [] };
  const partition = crc32(contract.dataset) % topic.partitions;
  const opened = await ledger.open(db, {
    extraction,
    source,
    dataset: contract.dataset,
    load: contract.load,
    contract: contract.version,
    from,
    clusterId: topic.clusterId,
    topic: topic.name,
    partition,
  });
  const origin = {
    source,
    dataset: contract.dataset,
    contract: contract.version,
    extraction,
    attempt: opened.attempt,
  };
  const sink = await BlockSink.open(tools.kafka, {
    topic: topic.name,
    partition,
    key: contract.dataset,
  });
  try {
    const seal = await write(tools, contract, origin, sink, from, read);
    await ledger.seal(db, opened.id, seal);
    log.info('extracted', {
      dataset: contract.dataset,
      rows: seal.rows,
      quarantined: seal.quarantined,
      blocks: seal.blocks,
    });
    return { ...seal, dataset: contract.dataset, extraction, attempt: opened.attempt };
  } finally {
    await sink.close();
  }
}

async function write(
  tools: ExtractionTools,
  contract: Contract,
  origin: BlockOrigin,
  sink: BlockSink,
  from: CursorState,
  read: SourceReader,
): Promise<Seal> {
  const { progress, counters } = tools;
  progress.start(contract.dataset, { unit: 'rows' });
  const writer = new RowWriter(
    contract,
    origin,
    sink,
    ({ header, bytes }) => {
      progress.add(header.rows);
      counters.bytesOut += bytes.length;
    },
    tools.blockBytes,
  );
  const end = await read(writer, from);
  const totals = await writer.finish();
  progress.end();
  counters.rowsIn += end.sourceRows;
  counters.rowsOut += totals.rows;
  const range = await sink.range();
  const seal = {
    ...totals,
    sourceRows: end.sourceRows,
    cursorTo: end.cursor,
    late: end.late ?? [],
    offsetFrom: range?.from ?? null,
    offsetTo: range?.to ?? null,
  };
  // For other readers of the topic; our own loader goes by the ledger.
  sink.offer({ bytes: encodeManifest(origin, totals.blocks, manifestOf(seal)), release: () => {} });
  await sink.drained();
  return seal;
}

function manifestOf(seal: Seal): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(seal).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  );
}

/** Its blocks are where it put them, as far as offsets can tell; the loader looks into each. */
async function isStaged({ kafka, topic }: ExtractionTools, row: ExtractionRow): Promise<boolean> {
  if (row.offset_from === null || row.offset_to === null) return true;
  if (row.cluster_id !== topic.clusterId) return false;
  const range = (await topicRanges(kafka, row.topic)).get(row.kafka_partition);
  return (
    range !== undefined &&
    BigInt(row.offset_from) >= range.low &&
    BigInt(row.offset_to) <= range.high
  );
}

function summaryOf(row: ExtractionRow): ExtractionSummary {
  return {
    dataset: row.dataset,
    extraction: row.extraction,
    attempt: row.attempt,
    sourceRows: Number(row.source_rows),
    rows: Number(row.rows),
    quarantined: Number(row.quarantined),
    bytes: Number(row.bytes),
  };
}
