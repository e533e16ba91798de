import { openOracle, type ConnectionSettings } from '@dolphinstage/task-kit';
import type { Connection, ExecuteOptions } from 'oracledb';
import { keyIndexes, type Contract } from '../contract';
import type { SourceReader } from './extraction';

/** Rows that are in memory at once. */
const FETCH_ROWS = 1000;

/**
 * Reads an Oracle table as a whole, count and rows in one read-only transaction. Numbers keep all their digits; dates
 * and timestamps come as `YYYY-MM-DD HH:MM:SS`, with milliseconds where there are any.
 */
export function oracleReader(
  settings: ConnectionSettings<'oracle'>,
  contract: Contract,
): SourceReader {
  return async writer => {
    // The driver makes a Date of an Oracle DATE, which has no time zone: in UTC no hour is left out.
    process.env.TZ = 'UTC';
    const pool = await openOracle(settings, { poolMax: 1 });
    try {
      const connection = await pool.getConnection();
      await connection.execute('SET TRANSACTION READ ONLY');
      const counted = await connection.execute<[number]>(`SELECT COUNT(*) FROM ${contract.object}`);
      await writeRows(connection, contract, async row => {
        if (!writer.push(row)) await writer.room();
      });
      await connection.close();
      return { sourceRows: Number(counted.rows?.[0]?.[0]), cursor: null };
    } finally {
      await pool.close(0);
    }
  };
}

async function writeRows(
  connection: Connection,
  contract: Contract,
  write: (row: unknown[]) => Promise<void>,
): Promise<void> {
  const columns = contract.columns.map(column => column.name);
  const key = keyIndexes(contract).map(index => columns[index]);
  const { resultSet } = await connection.execute<unknown[]>(
    `SELECT ${columns.join(', ')} FROM ${contract.object} ORDER BY ${key.join(', ')}`,
    [],
    {
      resultSet: true,
      prefetchRows: FETCH_ROWS,
      fetchArraySize: FETCH_ROWS,
      fetchTypeHandler: asText(),
    },
  );
  if (!resultSet) return;
  for (;;) {
    const rows = await resultSet.getRows(FETCH_ROWS);
    for (const row of rows) await write(row);
    if (rows.length < FETCH_ROWS) break;
  }
  await resultSet.close();
}

/** How the driver hands values over: as text that means the same to PostgreSQL. */
function asText(): NonNullable<ExecuteOptions['fetchTypeHandler']> {
  const oracledb = require('oracledb') as typeof import('oracledb');
  const plain: readonly unknown[] = [oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP];
  const zoned: readonly unknown[] = [oracledb.DB_TYPE_TIMESTAMP_TZ, oracledb.DB_TYPE_TIMESTAMP_LTZ];
  const texts: readonly unknown[] = [oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_CLOB];
  return ({ dbType }) => {
    if (texts.includes(dbType)) return { type: oracledb.STRING };
    if (plain.includes(dbType)) return { converter: value => inText(value, withoutZone) };
    if (zoned.includes(dbType))
      return { converter: value => inText(value, date => date.toISOString()) };
    return undefined;
  };
}

function inText(value: unknown, write: (date: Date) => string): unknown {
  return value instanceof Date ? write(value) : value;
}

function withoutZone(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const milliseconds = date.getMilliseconds();
  return `${day} ${time}${milliseconds ? `.${String(milliseconds).padStart(3, '0')}` : ''}`;
}
