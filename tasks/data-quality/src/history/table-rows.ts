import type { ClientBase, QueryResult } from 'pg';
import type { StreamContract } from '../contract';
import { QualityError } from '../errors';

/** How many rows are in memory at once. */
const FETCH = 1_000;
/** date, timestamp, timestamptz. */
const TIMES = new Set([1082, 1114, 1184]);
const NO_SUCH_TABLE = new Set(['42P01', '3F000']);

/** A table of PostgreSQL that has a data set's rows. @public */
export interface TableOptions {
  /** `table`, or `schema.table`; as it is written in the catalog, without quotes. */
  readonly table: string;
  /** When a row was written: a date or timestamp; without a time zone, it is UTC. Rows without it are left out. */
  readonly timeColumn: string;
}

/** A row of a table, as its topic would have it. */
export interface TableRow {
  /** In ms since 1970. */
  readonly time: number;
  /** JSON of the columns that the contract knows. */
  readonly json: string;
}

interface Fetched {
  readonly at: number;
  readonly row: string;
}

/**
 * A table's rows in the order of their time, as of one moment, by a cursor: {@link FETCH} of them are in memory at once.
 *
 * @param client - no transaction is open on it.
 * @param since - in ms since 1970.
 * @throws QualityError `OPTION_INVALID` when there is no such table or column, or the table hasn't what the contract requires.
 */
export async function* tableRows(
  client: ClientBase,
  { table, timeColumn }: TableOptions,
  contract: StreamContract,
  since?: number,
): AsyncGenerator<TableRow, void, void> {
  const parts = table.split('.');
  if (parts.length > 2) throw invalid(`${table} is no table or schema.table`);
  const from = parts.map(part => client.escapeIdentifier(part)).join('.');
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query("set local timezone = 'UTC'");
    const columns = await columnsOf(client, from, table);
    const time = columns.get(timeColumn);
    if (time === undefined || !TIMES.has(time)) {
      const what = time === undefined ? 'has no column' : 'has no time in column';
      throw invalid(`${table} ${what} ${timeColumn}`);
    }
    const names = contract.fields.map(({ name }) => name);
    const missing = ((contract.schema.required ?? []) as string[]).filter(
      name => !columns.has(name),
    );
    if (missing.length > 0) {
      throw invalid(`${table} has no column ${missing.join(', ')}, which the contract requires`);
    }
    const wanted = names.filter(name => columns.has(name));
    const fields = wanted.map(name => `t.${client.escapeIdentifier(name)}`).join(', ');
    const at = `t.${client.escapeIdentifier(timeColumn)}`;
    await client.query(
      `declare history no scroll cursor for
         select floor(extract(epoch from ${at}) * 1000)::float8 as at,
           row_to_json((select r from (select ${fields}) r))::text as row
         from ${from} t
         where ${at} >= to_timestamp($1::float8 / 1000) and isfinite(${at})
         order by ${at}`,
      [since ?? 0],
    );
    for (;;) {
      const { rows } = await client.query<Fetched>(`fetch ${FETCH} from history`);
      for (const row of rows) yield { time: row.at, json: row.row };
      if (rows.length < FETCH) return;
    }
  } finally {
    // Nothing was written; what went wrong is said already.
    await client.query('rollback').catch(() => {});
  }
}

/** The types of the table's columns by their names. */
async function columnsOf(client: ClientBase, from: string, table: string) {
  let result: QueryResult;
  try {
    result = await client.query(`select * from ${from} limit 0`);
  } catch (cause) {
    if (!NO_SUCH_TABLE.has((cause as { code?: string }).code ?? '')) throw cause;
    throw invalid(`there is no table ${table}`, cause);
  }
  return new Map(result.fields.map(({ name, dataTypeID }) => [name, dataTypeID]));
}

function invalid(what: string, cause?: unknown): QualityError {
  return new QualityError('OPTION_INVALID', what, {
    todo: 'Look at the contract, the table and the connection.',
    cause,
  });
}
