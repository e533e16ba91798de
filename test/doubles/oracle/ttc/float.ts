/** An IEEE double as Oracle keeps it, so that bytes sort like numbers: the sign inverted, or all bits. */
export function encodeDouble(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return toggled(bytes, (bytes[0]! & 0x80) !== 0);
}

/** The inverse, for 8 bytes (BINARY_DOUBLE) or 4 (BINARY_FLOAT); undefined for none, which is null. */
export function decodeFloat(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const ieee = toggled(Buffer.from(bytes), (bytes[0]! & 0x80) === 0);
  return String(ieee.length === 8 ? ieee.readDoubleBE() : ieee.readFloatBE());
}

function toggled(bytes: Buffer, negative: boolean): Buffer {
  if (!negative) bytes[0]! ^= 0x80;
  else for (let at = 0; at < bytes.length; at++) bytes[at]! ^= 0xff;
  return bytes;
}
