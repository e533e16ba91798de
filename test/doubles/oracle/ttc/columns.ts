import { types, type FieldDef } from 'pg';
import { OracleType } from './constants';
import { encodeDate, encodeTimestamp, encodeTimestampTz } from './date';
import { encodeDouble } from './float';
import { encodeNumber } from './number';

/** A column as Oracle would describe it, and how its values go over the wire. */
export interface Column {
  name: string;
  type: number;
  /** Of a number in digits, else 0. */
  precision: number;
  /** Of a number in digits, of a timestamp in digits of the second; -127: any. */
  scale: number;
  /** In bytes. */
  bufferSize: number;
  /** In characters; 0 unless it is text. */
  characters: number;
  /** PostgreSQL's text of a value, never null, to Oracle's bytes; absent where the text goes as it is. */
  encode?(text: string): Buffer;
}

const B = types.builtins;
const LONGEST_VARCHAR = 4000;
const LONGEST_RAW = 2000;
/** PostgreSQL adds it to what a type modifier holds. */
const MODIFIER_OFFSET = 4;
const ANY_SCALE = -127;

/** What a column of PostgreSQL looks like through the double. */
export function toColumn(field: FieldDef): Column {
  return { name: toOracleName(field.name), ...shape(field) };
}

/** Oracle shows unquoted names in upper case, PostgreSQL in lower case; mixed ones were quoted in both. */
export function toOracleName(name: string): string {
  return name === name.toLowerCase() ? name.toUpperCase() : name;
}

function shape({ dataTypeID, dataTypeModifier }: FieldDef): Omit<Column, 'name'> {
  switch (dataTypeID) {
    case B.BOOL:
      return { ...number(1, 0), encode: text => encodeNumber(text === 't' ? '1' : '0') };
    case B.INT2:
      return number(5, 0);
    case B.INT4:
      return number(10, 0);
    case B.INT8:
      return number(19, 0);
    case B.NUMERIC:
      if (dataTypeModifier < 0) return number(0, ANY_SCALE);
      return number(
        (dataTypeModifier - MODIFIER_OFFSET) >> 16,
        (dataTypeModifier - MODIFIER_OFFSET) & 0x7ff,
      );
    case B.FLOAT4:
    case B.FLOAT8:
      return plain(OracleType.binaryDouble, 8, text => encodeDouble(Number(text)));
    case B.DATE:
      return plain(OracleType.date, 7, encodeDate);
    case B.TIMESTAMP:
      // Without a fraction it is what Oracle calls DATE.
      if (dataTypeModifier === 0) return plain(OracleType.date, 7, encodeDate);
      return {
        ...plain(OracleType.timestamp, 11, encodeTimestamp),
        scale: digits(dataTypeModifier),
      };
    case B.TIMESTAMPTZ:
      return {
        ...plain(OracleType.timestampTz, 13, encodeTimestampTz),
        scale: digits(dataTypeModifier),
      };
    case B.BYTEA:
      return plain(OracleType.raw, LONGEST_RAW, text => Buffer.from(text.slice(2), 'hex'));
    case B.BPCHAR:
      return string(OracleType.char, dataTypeModifier);
    default:
      return string(OracleType.varchar, dataTypeModifier);
  }
}

function number(precision: number, scale: number): Omit<Column, 'name'> {
  return { ...plain(OracleType.number, 22, encodeNumber), precision, scale };
}

function string(type: number, modifier: number): Omit<Column, 'name'> {
  const characters = modifier > MODIFIER_OFFSET ? modifier - MODIFIER_OFFSET : LONGEST_VARCHAR;
  // In UTF-8, but never more than a column can hold.
  const bufferSize = Math.max(Math.min(characters * 4, LONGEST_VARCHAR), characters);
  return { ...plain(type, bufferSize), characters };
}

function plain(
  type: number,
  bufferSize: number,
  encode?: (text: string) => Buffer,
): Omit<Column, 'name'> {
  return { type, precision: 0, scale: 0, bufferSize, characters: 0, encode };
}

/** Digits of the second; PostgreSQL's default is 6. */
function digits(modifier: number): number {
  return modifier < 0 ? 6 : modifier;
}
