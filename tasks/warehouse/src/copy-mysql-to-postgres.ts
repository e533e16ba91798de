import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { BlockEncoder, type ConnectionSettings, openPostgres, quote } from '@dolphinstage/task-kit';
import { from as copyFrom } from 'pg-copy-streams';
import { WarehouseError } from './errors';
import { quoteMysql, withMysql } from './extract/mysql';
import { streamRows } from './extract/mysql-rows';

/** @public */
export interface MysqlToPostgres {
  from: ConnectionSettings<'mysql'>;
  to: ConnectionSettings<'postgres'>;
  /** A table of the source. */
  table: string;
  /** Columns that both tables have, in this order. */
  columns: readonly string[];
  /** The table in PostgreSQL, with its schema; it exists. */
  into: { schema: string; table: string };
}

/**
 * Copies a table straight into PostgreSQL, in one transaction, without Kafka: for a one-off copy where nothing needs to
 * be staged. Memory stays bounded whatever the table's size.
 *
 * @throws WarehouseError `SOURCE_ANSWER` for a row that PostgreSQL can't store; nothing is copied then.
 * @public
 */
export async function copyMysqlToPostgres(
  copy: MysqlToPostgres,
): Promise<{ rows: number; bytes: number }> {
  const pool = await openPostgres(copy.to, { max: 1 });
  const client = await pool.connect();
  // When the connection breaks, the COPY fails, which is enough.
  client.on('error', () => {});
  try {
    const columns = copy.columns.map(quote).join(', ');
    const target = client.query(
      copyFrom(`copy ${quote(copy.into.schema)}.${quote(copy.into.table)} (${columns}) from stdin`),
    );
    const ended = finished(target);
    const refusal: Refusal = { error: undefined, seen: Promise.resolve() };
    refusal.seen = ended.catch((error: Error) => {
      refusal.error = error;
    });
    try {
      const totals = await readInto(copy, target, refusal);
      target.end();
      await ended;
      return totals;
    } catch (error) {
      // A COPY that has ended takes no end from us.
      if (!refusal.error) target.destroy(error as Error);
      await refusal.seen;
      throw error;
    }
  } finally {
    client.release(true);
    await pool.end();
  }
}

/** What PostgreSQL ends a COPY with before we do. */
interface Refusal {
  error: Error | undefined;
  /** Until the COPY has ended, either way. */
  seen: Promise<void>;
}

async function readInto(
  { from, table, columns }: MysqlToPostgres,
  target: NodeJS.WritableStream,
  refusal: Refusal,
): Promise<{ rows: number; bytes: number }> {
  let hasRoom = true;
  const origin = { source: '', dataset: table, contract: 0, extraction: '', attempt: 0 };
  const encoder = new BlockEncoder(origin, { rowSums: false }, block => {
    if (refusal.error) throw refusal.error;
    hasRoom = target.write(block.body, () => block.release());
  });
  const names = columns.map(quoteMysql).join(', ');
  await withMysql(from, connection =>
    streamRows(connection, `select ${names} from ${quoteMysql(table)}`, [], {
      pushLengthCoded(bytes, start, stop) {
        const problem = encoder.pushLengthCoded(bytes, start, stop);
        if (problem) {
          const column = columns[problem.column] ?? '';
          throw new WarehouseError('SOURCE_ANSWER', `${column} ${problem.reason}`, {
            where: `${table}, row ${encoder.totals.rows + 1}`,
            todo: 'Correct the row, or extract the table with a contract: it sets such rows aside.',
          });
        }
        return hasRoom;
      },
      async room() {
        // A COPY that PostgreSQL has refused never drains.
        await Promise.race([once(target, 'drain'), refusal.seen]);
        if (refusal.error) throw refusal.error;
        hasRoom = true;
      },
    }),
  );
  encoder.finish();
  return { rows: encoder.totals.rows, bytes: encoder.totals.bytes };
}
