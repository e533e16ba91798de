const POLYNOMIAL = 0xedb88320;
/** One table for each byte of a step: eight bytes are taken at a time. */
const STEP = 8;
const TABLE = tables();

function tables(): Int32Array {
  const table = new Int32Array(256 * STEP);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const shorter = table[at - 256] as number;
    table[at] = (shorter >>> 8) ^ (table[shorter & 255] as number);
  }
  return table;
}

/**
 * CRC-32 of the bytes from `start` up to and without `end`: for a row's hundred bytes this takes half the time of
 * Node's own, which needs a view of them and a call into native code. For whole blocks Node's is the faster one.
 *
 * @internal
 */
export function crc32OfRange(bytes: Uint8Array, start: number, end: number): number {
  const b = bytes;
  const t = TABLE;
  let crc = -1;
  let at = start;
  for (const last = end - STEP; at <= last; at += STEP) {
    crc ^= b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
    crc =
      t[1792 + (crc & 255)]! ^
      t[1536 + ((crc >>> 8) & 255)]! ^
      t[1280 + ((crc >>> 16) & 255)]! ^
      t[1024 + (crc >>> 24)]! ^
      t[768 + b[at + 4]!]! ^
      t[512 + b[at + 5]!]! ^
      t[256 + b[at + 6]!]! ^
      t[b[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ t[(crc ^ b[at]!) & 255]!;
  return ~crc >>> 0;
}
