import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { type Block, quote, verifyBlock } from '@dolphinstage/task-kit';
import type { PoolClient } from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import type { Contract } from '../contract';
import { WarehouseError } from '../errors';
import type { ExtractionRow, Ledger, LoadProgress, LoadedBlock } from '../ledger';
import { columnList } from '../tables';

/** What a loader works with. */
export interface LoaderTools {
  ledger: Ledger;
  /** A connection of its own: it carries the transactions. */
  client: PoolClient;
  contract: Contract;
  row: ExtractionRow;
  /** Which loader this is; a newer one fences it off. */
  loader: string;
  /** So much COPY text goes into one transaction. */
  transactionBytes: number;
}

/** A COPY under way. */
interface OpenCopy {
  readonly stream: CopyStreamQuery;
  readonly ended: Promise<void>;
  /** The block that it began with; rows that span blocks are counted there. */
  readonly first: LoadedBlock;
}

/**
 * Puts one sealed extraction into raw, block by block. Rows, the blocks' record and the place to go on from commit
 * together, so that a loader killed anywhere goes on without losing or doubling a row.
 */
export class ExtractionLoader {
  /** COPY text that has gone to PostgreSQL. */
  bytes = 0;
  private readonly progress: LoadProgress;
  private committedSequence: number;
  private inTransaction = false;
  private pendingBytes = 0;
  private pendingBlocks: LoadedBlock[] = [];
  private copy: OpenCopy | undefined;

  constructor(private readonly tools: LoaderTools) {
    const { row } = tools;
    this.committedSequence = row.next_sequence;
    this.progress = {
      nextOffset: BigInt(row.next_offset ?? 0),
      nextSequence: row.next_sequence,
      rows: Number(row.loaded_rows),
      quarantined: Number(row.loaded_quarantined),
      checksum: BigInt(row.loaded_checksum),
    };
  }

  /** Where the next block stands in the log. */
  get nextOffset(): bigint {
    return this.progress.nextOffset;
  }

  /**
   * Takes the message at an offset: its rows, if it is this attempt's and not known yet.
   *
   * @throws WarehouseError `STAGING_LOST` when a block is missing; `FENCED`. BlockError `BLOCK_CHECKSUM`.
   */
  async take(offset: bigint, block: Block): Promise<void> {
    const { row } = this.tools;
    const { header } = block;
    const isOurs =
      block.kind !== 'manifest' &&
      header.extraction === row.extraction &&
      header.attempt === row.attempt;
    // A block whose acknowledgement was lost on its way stands in the log twice.
    if (isOurs && header.sequence >= this.progress.nextSequence) {
      if (header.sequence > this.progress.nextSequence) {
        throw this.lost(
          `block ${this.progress.nextSequence} is missing, ${header.sequence} is next`,
        );
      }
      verifyBlock(block);
      await this.begin();
      await this.write(offset, block);
    }
    this.progress.nextOffset = offset + 1n;
    if (this.pendingBytes >= this.tools.transactionBytes && !this.copy) await this.commit();
  }

  /**
   * All messages of the range have been taken: checks them against the seal and marks the extraction loaded, in the
   * transaction of its last rows. With `full`, the rows of former extractions go.
   *
   * @throws WarehouseError `STAGING_LOST` when what arrived isn't what was sealed.
   */
  async complete(): Promise<void> {
    const { row, contract, ledger, client } = this.tools;
    const { progress } = this;
    if (
      progress.nextSequence !== row.blocks ||
      progress.rows !== Number(row.rows) ||
      progress.quarantined !== Number(row.quarantined) ||
      progress.checksum !== BigInt(row.checksum)
    ) {
      throw this.lost(
        `${progress.nextSequence} of ${row.blocks} blocks and ${progress.rows} of ${row.rows} rows arrived`,
      );
    }
    await this.begin();
    if (contract.load === 'full') await this.deleteFormer();
    await this.saveProgress();
    await ledger.complete(client, contract.dataset, row.id);
    await client.query('commit');
    this.inTransaction = false;
  }

  private async begin(): Promise<void> {
    if (this.inTransaction) return;
    const { ledger, client, contract, row, loader } = this.tools;
    await client.query('begin');
    this.inTransaction = true;
    await ledger.lock(client, {
      dataset: contract.dataset,
      loader,
      id: row.id,
      nextSequence: this.committedSequence,
    });
    await client.query(
      "select set_config('dolphinstage.extraction', $1, true), set_config('dolphinstage.dataset', $2, true)",
      [row.id, contract.dataset],
    );
  }

  private async write(offset: bigint, { kind, header, body }: Block): Promise<void> {
    const isRows = kind === 'rows';
    const loaded: LoadedBlock = {
      sequence: header.sequence,
      kind: isRows ? 'rows' : 'quarantine',
      rows: 0,
      checksum: 0,
      kafka_offset: offset.toString(),
      first_key: header.keys?.[0] ?? null,
      last_key: header.keys?.[1] ?? null,
    };
    const copy = (this.copy ??= this.startCopy(loaded));
    this.bytes += body.length;
    this.pendingBytes += body.length;
    // A COPY that PostgreSQL has refused never drains.
    if (!copy.stream.write(body)) await Promise.race([once(copy.stream, 'drain'), copy.ended]);
    this.pendingBlocks.push(loaded);
    // A row that goes on in the next block needs the same COPY.
    if (!header.partial) {
      copy.stream.end();
      await copy.ended;
      this.copy = undefined;
      if (copy.stream.rowCount !== header.rows) {
        throw this.lost(
          `block ${header.sequence} held ${copy.stream.rowCount} of ${header.rows} rows`,
        );
      }
      // That is the block that raw names.
      copy.first.rows = header.rows;
      copy.first.checksum = header.sum;
      copy.first.last_key = loaded.last_key;
      copy.first.first_key ??= loaded.first_key;
    }
    this.progress.nextSequence = header.sequence + 1;
    this.progress[isRows ? 'rows' : 'quarantined'] += header.rows;
    if (isRows) {
      this.progress.checksum = BigInt.asUintN(64, this.progress.checksum + BigInt(header.sum));
    }
  }

  private startCopy(first: LoadedBlock): OpenCopy {
    const { client, contract } = this.tools;
    const copy =
      first.kind === 'rows'
        ? `copy raw.${quote(contract.dataset)} (${columnList(contract)}) from stdin`
        : 'copy cleaned.quarantine (key, column_name, reason, row) from stdin';
    // In one message with what it needs: a block costs one round trip less.
    const stream = client.query(
      copyFrom(`set local dolphinstage.block = ${first.sequence}; ${copy}`),
    );
    const ended = finished(stream);
    // Whoever waits for it hears of its failure; it may come while nobody does.
    ended.catch(() => {});
    return { stream, ended, first };
  }

  private async commit(): Promise<void> {
    await this.saveProgress();
    await this.tools.client.query('commit');
    this.inTransaction = false;
    this.committedSequence = this.progress.nextSequence;
    this.pendingBytes = 0;
  }

  private async saveProgress(): Promise<void> {
    const { ledger, client, row } = this.tools;
    if (this.pendingBlocks.length > 0) await ledger.addBlocks(client, row.id, this.pendingBlocks);
    this.pendingBlocks = [];
    await ledger.progress(client, row.id, this.progress);
  }

  private async deleteFormer(): Promise<void> {
    const { client, contract, row } = this.tools;
    await client.query(`delete from raw.${quote(contract.dataset)} where _extraction_id <> $1`, [
      row.id,
    ]);
    await client.query(
      'delete from cleaned.quarantine where dataset = $1 and _extraction_id <> $2',
      [contract.dataset, row.id],
    );
  }

  private lost(what: string): WarehouseError {
    const { row } = this.tools;
    return new WarehouseError('STAGING_LOST', what, {
      where: `${row.topic}, partition ${row.kafka_partition}, extraction ${row.extraction}, attempt ${row.attempt}`,
      todo: 'Run the workflow again: the rows are still in the source, and the cursor stands before them.',
    });
  }
}
