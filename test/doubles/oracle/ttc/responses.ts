import type { OracleError } from '../errors';
import type { Column } from './columns';
import {
  CHARSET_UTF16,
  CHARSET_UTF8,
  FIELD_VERSION,
  MessageType,
  TRANSACTION_OPEN,
} from './constants';
import type { TtcWriter } from './writer';

const NO_MORE_ROWS = 1403;
const COMPILE_CAPABILITIES = 45;
const FIELD_VERSION_AT = 7;
const RUNTIME_CAPABILITIES = 7;
const STRING_SIZE_AT = 6;
const STRINGS_OF_32K = 0x04;
/** Where in the server's byte-order data the national character set stands. */
const NATIONAL_CHARSET_AT = 9;
/** -127 in one byte: a number of any scale. */
const ANY_SCALE = 0x81;

export function writeProtocol(out: TtcWriter): void {
  const byteOrder = Buffer.alloc(11);
  byteOrder.writeUInt16BE(CHARSET_UTF16, NATIONAL_CHARSET_AT);
  const compile = Buffer.alloc(COMPILE_CAPABILITIES);
  compile[FIELD_VERSION_AT] = FIELD_VERSION;
  const runtime = Buffer.alloc(RUNTIME_CAPABILITIES);
  runtime[STRING_SIZE_AT] = STRINGS_OF_32K;
  const charset = Buffer.alloc(2);
  charset.writeUInt16LE(CHARSET_UTF8);

  out.byte(MessageType.protocol, 6, 0).raw(Buffer.from('Dolphinstage protocol double\0'));
  out.raw(charset).byte(1).zeros(2);
  out.byte(0, byteOrder.length).raw(byteOrder);
  out.lengthAndBytes(compile).lengthAndBytes(runtime);
}

/** An empty list: the client's own representations are taken as they are. */
export function writeDataTypes(out: TtcWriter): void {
  out.byte(MessageType.dataTypes).zeros(2);
}

/** Key, value and flags. */
export type Pair = [key: string, value: string, flags?: number];

export function writePairs(out: TtcWriter, pairs: Pair[]): void {
  out.byte(MessageType.parameter).integer(pairs.length);
  for (const pair of pairs) out.keyAndValue(...pair);
}

/** "Done", for calls that return nothing. */
export function writeStatus(out: TtcWriter, transactionOpen: boolean): void {
  out.byte(MessageType.status).integer(callStatus(transactionOpen), 0);
}

export interface CallEnd {
  transactionOpen: boolean;
  cursor?: number;
  /** Rows that were changed or sent. */
  rows?: number;
  /** The cursor has no more rows. */
  exhausted?: boolean;
  error?: OracleError;
}

/** The end of a call on a cursor, or of one that failed. */
export function writeEnd(out: TtcWriter, end: CallEnd): void {
  const { cursor = 0, rows = 0 } = end;
  const number = end.error?.number ?? (end.exhausted ? NO_MORE_ROWS : 0);
  const text = end.error?.message ?? (end.exhausted ? 'ORA-01403: no data found' : undefined);
  out.byte(MessageType.error).integer(callStatus(end.transactionOpen));
  out.integer(0, 0, 0, 0, 0); // sequence, row, error number, two array errors: all in their old fields
  out.integer(cursor, 0); // the second: where in the statement
  out.zeros(6); // kind of statement, fatal, flags, cursor options, parameter, warning
  out.integer(0, 0).byte(0).integer(0, 0); // row id
  out.integer(0).byte(0, 0).integer(0, 0, 0); // operating system, statement, call, padding, iterations, row id
  out.integer(0, 0, 0); // batch errors: numbers, rows, texts
  out.integer(number, rows);
  if (text) out.text(`${text}\n`);
}

export function writeDescription(out: TtcWriter, columns: readonly Column[]): void {
  out.byte(MessageType.describeInfo, 0);
  out.integer(
    columns.reduce((size, column) => size + column.bufferSize, 0),
    columns.length,
  );
  if (columns.length > 0) out.byte(1);
  columns.forEach((column, index) => {
    out.byte(column.type, 0, column.precision, column.scale < 0 ? ANY_SCALE : column.scale);
    out.integer(column.bufferSize, 0, 0, 0, 0); // elements, flags, object type, its version
    const isText = column.characters > 0;
    out.integer(isText ? CHARSET_UTF8 : 0).byte(isText ? 1 : 0);
    out.integer(column.characters, 0); // the second: collation
    const name = Buffer.from(column.name, 'utf8');
    out.byte(1, name.length & 0xff); // nullable: always said, never known
    out.integer(name.length).lengthAndBytes(name);
    out.integer(0, 0, index + 1, 0); // schema and name of the type, position, flags
  });
  out.integer(0, 0, 0, 0, 0, 0); // current date, four flags, query id
}

export function writeRowHeader(out: TtcWriter): void {
  out.byte(MessageType.rowHeader, 0).integer(0, 0, 0, 0, 0, 0);
}

/**
 * One row; an empty text is null, as in Oracle.
 *
 * @throws OracleError for a value that Oracle couldn't hold.
 */
export function writeRow(
  out: TtcWriter,
  columns: readonly Column[],
  values: readonly (string | null)[],
): void {
  out.byte(MessageType.rowData);
  columns.forEach((column, index) => {
    const value = values[index];
    if (value === null || value === undefined) out.byte(0);
    else if (column.encode) out.lengthAndBytes(column.encode(value));
    else out.text(value);
  });
}

function callStatus(transactionOpen: boolean): number {
  return 1 + (transactionOpen ? TRANSACTION_OPEN : 0);
}
