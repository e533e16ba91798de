/** The first byte of Confluent's wire format. JSON text can't begin with it. */
const MAGIC = 0;
/** The magic byte, and the schema's id (big-endian). */
const HEADER = 5;

/** The id of the schema that a message in Confluent's wire format names; undefined where it isn't in that format. */
export function schemaIdOf(value: Buffer | null | undefined): number | undefined {
  if (!value || value.length < HEADER || value[0] !== MAGIC) return undefined;
  return value.readInt32BE(1);
}

/** What follows the schema's id. */
export function payloadOf(value: Buffer): Buffer {
  return value.subarray(HEADER);
}
