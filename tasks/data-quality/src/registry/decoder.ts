import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { avroDecoder, type PayloadDecoder } from './avro';
import { protobufDecoder } from './protobuf';

export const registeredSchema = z.object({
  schema: z.string(),
  /** Avro unless told. */
  schemaType: z.string().default('AVRO'),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.int() }))
    .nullish(),
});

/** A schema, as the registry has it. */
export type RegisteredSchema = z.output<typeof registeredSchema>;

/** What reads rows of a schema. */
export interface SchemaDecoder {
  readonly decode: PayloadDecoder;
  /** Rows have all fields, with null for none. */
  readonly complete: boolean;
}

/**
 * Makes what reads rows of a schema.
 *
 * @param references - the schemas that it names, those that are named first.
 * @throws Error where it isn't a schema of its type, or that type isn't read.
 */
export function decoderOf(
  { schema, schemaType }: RegisteredSchema,
  references: readonly (RegisteredSchema & { readonly name: string })[],
): SchemaDecoder {
  switch (schemaType) {
    case 'AVRO': {
      const named = references.map(reference => reference.schema);
      return { decode: avroDecoder(schema, named), complete: true };
    }
    case 'PROTOBUF':
      return { decode: protobufDecoder(schema, references), complete: true };
    case 'JSON':
      return { decode: jsonRow, complete: false };
    default:
      throw new Error(`${schemaType} isn't read`);
  }
}

/** The contract says what a row must be: as with Confluent's own readers, the writer's schema isn't checked a second time. */
function jsonRow(payload: Buffer): unknown {
  // Bytes that are no text would be read as if they were.
  if (!isUtf8(payload)) throw new SyntaxError('is no text');
  return JSON.parse(payload.toString());
}
