import type { IHeaders } from 'kafkajs';

/** A message's headers as the client can write them: Kafka has null for a value, which it reads and can't write; it is empty then. */
export function writableHeaders(headers: IHeaders = {}): Record<string, Buffer> {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    written[name] = Array.isArray(value) ? value.map(each => each ?? '') : (value ?? '');
  }
  // The types of what is produced know one value a name, the client writes several.
  return written as Record<string, Buffer>;
}
