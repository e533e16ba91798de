import { isUtf8 } from 'node:buffer';
import type { StreamContract } from '../contract';
import type { SchemaRegistry } from '../registry/schema-registry';
import { payloadOf, schemaIdOf } from '../registry/wire-format';

/** What a message holds, or why it can't be read: without any value of it. */
export type ReadValue =
  | {
      readonly row: unknown;
      /** It has all its fields, with null for none. */
      readonly complete: boolean;
    }
  | { readonly why: string };

/**
 * Reads a message's bytes as its contract says they are written.
 *
 * @param registry - was asked for the schema that it names.
 */
export function readValue(
  value: Buffer | null,
  { format }: Pick<StreamContract, 'format'>,
  registry: SchemaRegistry | undefined,
): ReadValue {
  if (format === undefined) return readJson(value);
  const id = schemaIdOf(value);
  if (id === undefined) {
    return format === 'auto'
      ? readJson(value)
      : { why: 'names no schema: it is in another format' };
  }
  const answer = registry?.get(id);
  if (!answer) throw new Error(`schema ${id} wasn't asked for`);
  if ('refused' in answer) return { why: answer.refused };
  try {
    return { row: answer.decode(payloadOf(value!)), complete: answer.complete };
  } catch {
    return { why: 'is not what its schema says' };
  }
}

function readJson(value: Buffer | null): ReadValue {
  try {
    // Bytes that are no text would be read as if they were.
    if (!value || !isUtf8(value)) throw new SyntaxError();
    return { row: JSON.parse(value.toString()), complete: false };
  } catch {
    return { why: 'is no JSON' };
  }
}
