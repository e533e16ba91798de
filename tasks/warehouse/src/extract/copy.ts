import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import {
  BlockEncoder,
  MAX_BLOCK_BYTES,
  type ConnectionSettings,
  type ValueProblem,
} from '@dolphinstage/task-kit';
import type { ClientBase } from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import { WarehouseError } from '../errors';
import { quote } from '../sql';
import { quoteMysql, streamRows, withMysql, type RowTarget } from './mysql';

/** COPY text on its way to PostgreSQL, in bytes, before the source is asked to wait. */
const BYTES_IN_FLIGHT = 3 * MAX_BLOCK_BYTES;

/** Which columns of which table go where. @public */
export interface TableCopy {
  /** The MySQL or MariaDB table. */
  readonly from: string;
  /** The PostgreSQL table: `[schema, table]`. */
  readonly to: readonly [schema: string, table: string];
  /** The same names on both sides. */
  readonly columns: readonly string[];
}

/**
 * Copies a MySQL or MariaDB table straight into a PostgreSQL table with one COPY, in whatever transaction the client is
 * in: all of its rows, or none. For a table that needs no staging, no ledger and no quarantine.
 *
 * @returns the rows copied and their COPY text in bytes.
 * @throws WarehouseError `SOURCE_ANSWER` at the first row that PostgreSQL can't store.
 * @public
 */
export async function copyMysqlToPostgres(
  source: ConnectionSettings<'mysql'>,
  target: ClientBase,
  { from, to, columns }: TableCopy,
): Promise<{ rows: number; bytes: number }> {
  const copy = target.query(
    copyFrom(`copy ${to.map(quote).join('.')} (${columns.map(quote).join(', ')}) from stdin`, {
      highWaterMark: BYTES_IN_FLIGHT,
    }),
  );
  const rows = new CopyTarget(
    copy,
    ({ column, reason }) =>
      new WarehouseError('SOURCE_ANSWER', `${columns[column]} ${reason}`, {
        where: from,
        todo: 'Correct the row, or use the staged tasks, which set such rows aside.',
      }),
  );
  try {
    const select = `select ${columns.map(quoteMysql).join(', ')} from ${quoteMysql(from)}`;
    await withMysql(source, connection => streamRows(connection, select, [], rows));
  } catch (error) {
    await rows.abort(error as Error);
    throw error;
  }
  await rows.finish();
  return { rows: copy.rowCount, bytes: rows.bytes };
}

/** Rows into a COPY, a block at a time. */
class CopyTarget implements RowTarget {
  private readonly encoder: BlockEncoder;
  private readonly ended: Promise<void>;
  private failure: Error | undefined;

  constructor(
    private readonly copy: CopyStreamQuery,
    private readonly problemOf: (problem: ValueProblem) => WarehouseError,
  ) {
    const origin = { source: '', dataset: '', contract: 0, extraction: '', attempt: 0 };
    this.encoder = new BlockEncoder(origin, { rowSums: false }, block => {
      if (this.failure) throw this.failure;
      // Called back when the socket has let go of a block of full size: only the last one is smaller.
      copy.write(block.body, () => block.release());
    });
    this.ended = finished(copy);
    // The server may refuse while nobody waits for the end yet.
    this.ended.catch((error: Error) => (this.failure = error));
  }

  get bytes(): number {
    return this.encoder.totals.bytes;
  }

  push(values: readonly unknown[]): boolean {
    const problem = this.encoder.push(values);
    if (problem) throw this.problemOf(problem);
    return !this.copy.writableNeedDrain;
  }

  async room(): Promise<void> {
    if (this.copy.writableNeedDrain && !this.failure) await once(this.copy, 'drain');
  }

  async finish(): Promise<void> {
    this.encoder.finish();
    this.copy.end();
    await this.ended;
  }

  /** Until the server has given up the COPY. */
  async abort(error: Error): Promise<void> {
    if (!this.failure) this.copy.destroy(error);
    await this.ended.catch(() => {});
  }
}
