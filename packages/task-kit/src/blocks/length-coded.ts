/**
 * Rows as MySQL's text protocol sends them: each value is text with its length before it, or one byte for null.
 *
 * | first byte | what |
 * |---|---|
 * | 0 to 250 | the length itself |
 * | 251 | null |
 * | 252, 253, 254 | the length is in the next 2, 3 or 8 bytes, little endian |
 */

/** The byte that stands for null. */
export const NULL_VALUE = 251;
const TWO_BYTES = 252;
const THREE_BYTES = 253;

/** How many bytes a value's length takes, by its first one. */
export function sizeOfLength(first: number): number {
  if (first < NULL_VALUE) return 1;
  if (first === TWO_BYTES) return 3;
  return first === THREE_BYTES ? 4 : 9;
}

/** The length of the value that begins at `at`, which is not null. */
export function lengthOf(source: Buffer, at: number): number {
  const first = source[at] as number;
  if (first < NULL_VALUE) return first;
  if (first === TWO_BYTES) return source.readUInt16LE(at + 1);
  if (first === THREE_BYTES) return source.readUIntLE(at + 1, 3);
  return Number(source.readBigUInt64LE(at + 1));
}

/**
 * The values of a row, as views of `source`.
 *
 * @public
 */
export function lengthCodedValues(source: Buffer, from: number, to: number): (Buffer | null)[] {
  const values: (Buffer | null)[] = [];
  for (let at = from; at < to;) {
    const first = source[at] as number;
    if (first === NULL_VALUE) {
      values.push(null);
      at++;
      continue;
    }
    const start = at + sizeOfLength(first);
    at = start + lengthOf(source, at);
    values.push(source.subarray(start, at));
  }
  return values;
}

/**
 * One value of a row as an integer; not a number where it is none, or null.
 *
 * @public
 */
export function lengthCodedInteger(source: Buffer, from: number, column: number): number {
  let at = from;
  for (let skipped = 0; skipped < column; skipped++) {
    const first = source[at] as number;
    at += first === NULL_VALUE ? 1 : sizeOfLength(first) + lengthOf(source, at);
  }
  const first = source[at] as number;
  if (first === NULL_VALUE) return Number.NaN;
  const start = at + sizeOfLength(first);
  return Number(source.toString('latin1', start, start + lengthOf(source, at)));
}
