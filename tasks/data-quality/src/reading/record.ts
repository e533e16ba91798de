import type { z } from 'zod';

/**
 * Reads a record that is JSON; undefined for what isn't as the schema says: whoever can write to a topic can write anything, and who reads must
 * not stumble over it again and again. It is given as it was written: what the schema doesn't name is there, too.
 */
export function readRecord<T>(value: Buffer, schema: z.ZodType): T | undefined {
  try {
    const read: unknown = JSON.parse(value.toString());
    return schema.safeParse(read).success ? (read as T) : undefined;
  } catch {
    return undefined;
  }
}
