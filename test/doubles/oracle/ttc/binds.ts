import { unimplemented } from '../errors';
import { LONGEST_STRING, NATIONAL_FORM, OracleType } from './constants';
import { decodeDate } from './date';
import { decodeFloat } from './float';
import { decodeNumber } from './number';
import type { TtcReader } from './reader';

/** How the client sends the values of one bind variable. */
export interface BindType {
  type: number;
  maxSize: number;
  /** Character set form. */
  form: number;
}

/** A value as text that PostgreSQL reads; undefined for null. */
export type BindValue = string | undefined;

export function readBindType(reader: TtcReader): BindType {
  const type = reader.byte();
  reader.skip(3); // flags, precision, scale
  const maxSize = reader.integer();
  reader.skipIntegers(2); // elements of an array, flags
  if (reader.integer() > 0) reader.lengthAndBytes(); // object type
  reader.skipIntegers(2); // its version, character set
  const form = reader.byte();
  reader.skipIntegers(2); // prefetched characters of a LOB, collation
  return { type, maxSize, form };
}

/**
 * One row of values, in the order of the bind variables.
 *
 * @throws OracleError ORA-03001 for types that the double doesn't read.
 */
export function readBindRow(reader: TtcReader, binds: readonly BindType[]): BindValue[] {
  const values: BindValue[] = new Array(binds.length);
  const isLong = (bind: BindType) => bind.maxSize > LONGEST_STRING;
  // Long strings come after all the others.
  for (const long of [false, true]) {
    binds.forEach((bind, index) => {
      if (isLong(bind) === long) values[index] = readValue(reader, bind);
    });
  }
  return values;
}

function readValue(reader: TtcReader, { type, form }: BindType): BindValue {
  switch (type) {
    case OracleType.varchar:
    case OracleType.char:
    case OracleType.long:
      return readString(reader.lengthAndBytes(), form);
    case OracleType.number:
    case OracleType.binaryInteger:
      return decodeNumber(reader.lengthAndBytes());
    case OracleType.date:
    case OracleType.timestamp:
      return decodeDate(reader.lengthAndBytes());
    case OracleType.timestampTz:
    case OracleType.timestampLtz: {
      // Both are sent at UTC, which is the double's DBTIMEZONE.
      const text = decodeDate(reader.lengthAndBytes());
      return text === undefined ? undefined : `${text}+00`;
    }
    case OracleType.binaryFloat:
    case OracleType.binaryDouble:
      return decodeFloat(reader.lengthAndBytes());
    case OracleType.raw:
    case OracleType.longRaw: {
      const bytes = reader.lengthAndBytes();
      return bytes.length === 0 ? undefined : `\\x${bytes.toString('hex')}`;
    }
    default:
      throw unimplemented(`bind variables of data type ${type}`);
  }
}

/** Oracle has no empty string: it is null. */
function readString(bytes: Buffer, form: number): BindValue {
  if (bytes.length === 0) return undefined;
  return form === NATIONAL_FORM
    ? Buffer.from(bytes).swap16().toString('utf16le')
    : bytes.toString('utf8');
}
