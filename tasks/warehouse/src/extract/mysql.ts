import { lengthCodedInteger, openMysql, type ConnectionSettings } from '@dolphinstage/task-kit';
import type { Connection } from 'mysql2';
import type { Contract } from '../contract';
import { WarehouseError } from '../errors';
import type { CursorState } from '../ledger';
import type { SourceEnd, SourceReader } from './extraction';
import { LateKeys } from './late-keys';
import { streamRows, type RowTarget } from './mysql-rows';

/** While we wait for Kafka the server waits for us; its default is 60 s. */
const NET_WRITE_TIMEOUT_SECONDS = 3600;
const INTEGER = /^(smallint|integer|bigint)$/;

/** An identifier for MySQL, quoted. */
export function quoteMysql(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A connection that is given up with its work. */
export async function withMysql<T>(
  settings: ConnectionSettings<'mysql'>,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const pool = await openMysql(settings, { connectionLimit: 1 });
  try {
    const connection = await new Promise<Connection>((resolve, reject) => {
      pool.pool.getConnection((error, opened) => (error ? reject(error) : resolve(opened)));
    });
    await query(connection, "set session time_zone = '+00:00'");
    await query(connection, `set session net_write_timeout = ${NET_WRITE_TIMEOUT_SECONDS}`);
    // One snapshot for the count and the rows.
    await query(connection, 'set session transaction isolation level repeatable read');
    await query(connection, 'start transaction with consistent snapshot, read only');
    try {
      return await use(connection);
    } finally {
      connection.destroy();
    }
  } finally {
    await pool.end();
  }
}

/** Reads a MySQL or MariaDB table by its cursor. @public */
export function mysqlReader(
  settings: ConnectionSettings<'mysql'>,
  contract: Contract,
): SourceReader {
  return (writer, from) =>
    withMysql(settings, connection =>
      contract.cursor
        ? readFromCursor(connection, contract, contract.cursor, from, writer)
        : readAll(connection, contract, writer),
    );
}

function selectFrom(contract: Contract): string {
  const columns = contract.columns.map(column => quoteMysql(column.name)).join(', ');
  return `select ${columns} from ${quoteMysql(contract.object)}`;
}

async function readAll(
  connection: Connection,
  contract: Contract,
  writer: RowTarget,
): Promise<SourceEnd> {
  const counted = await query(connection, `select count(*) from ${quoteMysql(contract.object)}`);
  await streamRows(connection, selectFrom(contract), [], writer);
  return { sourceRows: Number(counted[0]?.[0]), cursor: null };
}

async function readFromCursor(
  connection: Connection,
  contract: Contract,
  cursor: NonNullable<Contract['cursor']>,
  from: CursorState,
  writer: RowTarget,
): Promise<SourceEnd> {
  const column = quoteMysql(cursor.column);
  const index = contract.columns.findIndex(candidate => candidate.name === cursor.column);
  const isInteger = INTEGER.test(contract.columns[index]?.type ?? '');
  if (cursor.lateWindow > 0 && !isInteger) {
    throw new WarehouseError('CONTRACT_INVALID', 'lateWindow needs an integer cursor', {
      where: `contracts/${contract.dataset}.json`,
      todo: 'Leave lateWindow out, or use the sequence number as cursor.',
    });
  }
  // As text it would be compared as a floating point number.
  const exact = (text: string) => (isInteger ? BigInt(text) : text);
  const start = from.cursor === null ? null : exact(from.cursor);
  const after = start === null ? `${column} is not null` : `${column} > ?`;
  const place = start === null ? [] : [start];
  const late = from.late
    .map(([first, last]) => `${column} between ${first} and ${last}`)
    .join(' or ');
  const table = quoteMysql(contract.object);

  const [[end, rows] = []] = await query(
    connection,
    `select cast(max(${column}) as char), count(*) from ${table} where ${after}`,
    place,
  );
  const [[lateRows] = []] = late
    ? await query(connection, `select count(*) from ${table} where ${late}`)
    : [[0]];

  const missing = new LateKeys();
  const target: RowTarget = {
    pushLengthCoded: (bytes, first, stop) => {
      missing.seen(lengthCodedInteger(bytes, first, index));
      return writer.pushLengthCoded(bytes, first, stop);
    },
    room: () => writer.room(),
  };
  const watched = cursor.lateWindow > 0 ? target : writer;
  for (const [first, last] of from.late) {
    missing.expect(first);
    await streamRows(
      connection,
      `${selectFrom(contract)} where ${column} between ? and ? order by ${column}`,
      [first, last],
      watched,
    );
    missing.seen(last + 1);
  }
  if (end !== null) {
    missing.expect(start === null ? undefined : Number(start) + 1);
    // The bound matters to engines that know no snapshots.
    await streamRows(
      connection,
      `${selectFrom(contract)} where ${after} and ${column} <= ? order by ${column}`,
      [...place, exact(String(end))],
      watched,
    );
  }
  const reached = end === null ? from.cursor : String(end);
  return {
    sourceRows: Number(rows) + Number(lateRows),
    cursor: reached,
    late: missing.within(cursor.lateWindow, Number(reached)),
  };
}

function query(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, values: [...values], rowsAsArray: true }, (error, rows) =>
      error ? reject(error) : resolve(rows as unknown as unknown[][]),
    );
  });
}
