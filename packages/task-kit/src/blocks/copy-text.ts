import { isUtf8 } from 'node:buffer';
import { NULL_VALUE, lengthCodedValues, lengthOf, sizeOfLength } from './length-coded';

/** There is no room for the row: nothing is written that counts. */
export const OVERFLOW = -1;
/** PostgreSQL can't store the row; {@link CopyTextWriter.problem} says why. */
export const UNSTORABLE = -2;

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BACKSLASH = 92;
const SPACE = 32;
const NON_ASCII = 128;
const N = 78;

/** Up to this length a loop in JS beats a call into native code. */
const SHORT = 24;
/** The most bytes that a UTF-16 code unit takes in UTF-8; an escaped one takes two. */
const BYTES_PER_CODE_UNIT = 3;
/** A null of one byte becomes two, with a separator; any other byte two at most. */
const BYTES_PER_CODED_BYTE = 3;
/** The longest text of a number: `-1.2345678901234567e+100`. */
const NUMBER_BYTES = 32;
const SPECIAL = /[\\\t\n\r\0]/;
const ESCAPES = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const HOLDS_NUL = 'holds a NUL character, which PostgreSQL text can not';
const NOT_UTF8 = 'is not valid UTF-8';

/** Why a value can't be stored. @public */
export interface ValueProblem {
  /** Index of the column. */
  column: number;
  reason: string;
}

/**
 * Writes rows as PostgreSQL COPY text into a buffer, canonically: the same row always gives the same bytes, which is
 * what lets a database recompute their checksums. Takes what drivers give: strings, numbers, bigints, booleans,
 * null, and Buffers that hold UTF-8 text.
 *
 * @internal
 */
export class CopyTextWriter {
  problem: ValueProblem = { column: 0, reason: '' };

  /**
   * Writes a line with its line feed.
   *
   * @returns where it ends, or {@link OVERFLOW} or {@link UNSTORABLE}.
   */
  writeRow(buffer: Buffer, start: number, end: number, values: readonly unknown[]): number {
    let at = start;
    for (let column = 0; column < values.length; column++) {
      const value = values[column];
      // Room for this value's separator and for the line feed.
      if (at + 2 > end) return OVERFLOW;
      if (column > 0) buffer[at++] = TAB;
      if (value === null || value === undefined) {
        if (at + 3 > end) return OVERFLOW;
        buffer[at++] = BACKSLASH;
        buffer[at++] = N;
      } else if (typeof value === 'string') {
        at = this.writeText(buffer, at, end, value);
      } else if (typeof value === 'number') {
        at = writeNumber(buffer, at, end, value);
      } else if (Buffer.isBuffer(value)) {
        at = this.writeBytes(buffer, at, end, value);
      } else {
        at = this.writeText(
          buffer,
          at,
          end,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        );
      }
      if (at < 0) {
        this.problem.column = column;
        return at;
      }
    }
    if (at >= end) return OVERFLOW;
    buffer[at++] = LINE_FEED;
    return at;
  }

  /**
   * Writes a line from a row of length coded values (see `length-coded.ts`), byte by byte: no string is made. Asks for
   * more room than most rows take.
   *
   * @returns where it ends, or {@link OVERFLOW} or {@link UNSTORABLE}.
   */
  writeLengthCoded(
    buffer: Buffer,
    start: number,
    end: number,
    source: Buffer,
    from: number,
    to: number,
  ): number {
    if (start + (to - from) * BYTES_PER_CODED_BYTE + 1 > end) return OVERFLOW;
    let at = start;
    let seen = 0;
    for (let read = from; read < to;) {
      if (read > from) buffer[at++] = TAB;
      const first = source[read] as number;
      if (first === NULL_VALUE) {
        buffer[at++] = BACKSLASH;
        buffer[at++] = N;
        read++;
        continue;
      }
      const length = lengthOf(source, read);
      read += sizeOfLength(first);
      for (const stop = read + length; read < stop; read++) {
        const byte = source[read] as number;
        seen |= byte;
        if (byte > CARRIAGE_RETURN && byte !== BACKSLASH) {
          buffer[at++] = byte;
        } else if (
          byte === BACKSLASH ||
          byte === TAB ||
          byte === LINE_FEED ||
          byte === CARRIAGE_RETURN
        ) {
          buffer[at++] = BACKSLASH;
          buffer[at++] = escapeLetter(byte);
        } else if (byte === 0) {
          return this.findUnstorable(source, from, to);
        } else {
          buffer[at++] = byte;
        }
      }
    }
    buffer[at++] = LINE_FEED;
    if (seen >= NON_ASCII && !isUtf8(buffer.subarray(start, at))) {
      return this.findUnstorable(source, from, to);
    }
    return at;
  }

  /** Says which of a row's values it is. */
  private findUnstorable(source: Buffer, from: number, to: number): number {
    const values = lengthCodedValues(source, from, to);
    const column = values.findIndex(value => value && (value.includes(0) || !isUtf8(value)));
    this.problem.column = column;
    return this.unstorable(isUtf8(values[column] as Buffer) ? HOLDS_NUL : NOT_UTF8);
  }

  private writeText(buffer: Buffer, start: number, end: number, text: string): number {
    const length = text.length;
    if (start + length * BYTES_PER_CODE_UNIT > end) return OVERFLOW;
    if (length > SHORT) return this.writeLongText(buffer, start, text);
    let at = start;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= NON_ASCII) return this.writeLongText(buffer, start, text);
      if (code >= SPACE && code !== BACKSLASH) {
        buffer[at++] = code;
      } else if (
        code === BACKSLASH ||
        code === TAB ||
        code === LINE_FEED ||
        code === CARRIAGE_RETURN
      ) {
        buffer[at++] = BACKSLASH;
        buffer[at++] = escapeLetter(code);
      } else if (code === 0) {
        return this.unstorable(HOLDS_NUL);
      } else {
        buffer[at++] = code;
      }
    }
    return at;
  }

  private writeLongText(buffer: Buffer, start: number, text: string): number {
    let stored = text;
    if (SPECIAL.test(text)) {
      if (text.includes('\0')) {
        return this.unstorable(HOLDS_NUL);
      }
      stored = text.replace(ESCAPES, char => ESCAPED[char] as string);
    }
    if (!text.isWellFormed()) {
      return this.unstorable('holds half of a surrogate pair, which UTF-8 can not');
    }
    return start + buffer.write(stored, start);
  }

  private writeBytes(buffer: Buffer, start: number, end: number, bytes: Buffer): number {
    if (start + bytes.length * 2 > end) return OVERFLOW;
    if (!isUtf8(bytes)) return this.unstorable(NOT_UTF8);
    let at = start;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        buffer[at++] = BACKSLASH;
        buffer[at++] = escapeLetter(byte);
      } else if (byte === 0) {
        return this.unstorable(HOLDS_NUL);
      } else {
        buffer[at++] = byte;
      }
    }
    return at;
  }

  private unstorable(reason: string): number {
    this.problem.reason = reason;
    return UNSTORABLE;
  }
}

function escapeLetter(code: number): number {
  switch (code) {
    case TAB:
      return 116; // t
    case LINE_FEED:
      return 110; // n
    case CARRIAGE_RETURN:
      return 114; // r
    default:
      return BACKSLASH;
  }
}

function writeNumber(buffer: Buffer, start: number, end: number, value: number): number {
  if (start + NUMBER_BYTES > end) return OVERFLOW;
  let at = start;
  let rest = value;
  // Integers of 31 bits are nearly all that databases hold: no string is made for them.
  if (rest === (rest | 0) && rest !== -2147483648) {
    if (rest < 0) {
      buffer[at++] = 45; // -
      rest = -rest;
    }
    let digits = 1;
    for (let bound = 10; digits < 10 && rest >= bound; bound *= 10) digits++;
    for (let i = at + digits - 1; i >= at; i--) {
      const tenth = (rest / 10) | 0;
      buffer[i] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    return at + digits;
  }
  const text = String(value);
  for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
  return at;
}

const UNESCAPED: Record<string, string> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
};

/**
 * The values of one COPY text line (without its line feed).
 *
 * @public
 */
export function parseCopyLine(line: string): (string | null)[] {
  return line.split('\t').map(parseField);
}

function parseField(field: string): string | null {
  if (field === '\\N') return null;
  if (!field.includes('\\')) return field;
  return field.replace(/\\(.)/gs, (_, char: string) => UNESCAPED[char] ?? char);
}
