import type { Root, Type } from 'protobufjs';
import type { PayloadDecoder } from './avro';

type Protobuf = typeof import('protobufjs');

/** A file of messages, under the name by which others import it. */
export interface ProtoFile {
  readonly name: string;
  readonly schema: string;
}

interface Reads {
  readonly type: Type;
  /** Its fields that are google.protobuf.Timestamp. */
  readonly times: readonly string[];
}

const TIMESTAMP = '.google.protobuf.Timestamp';

/**
 * Makes the decoder of a Protobuf schema. Fields have their names of the `.proto` file; enums are texts, bytes base64, 64 bit integers the
 * nearest number, a field that is a `google.protobuf.Timestamp` RFC 3339. What proto3 doesn't write has its default; a
 * message or optional field that isn't there is null or missing.
 *
 * @param references - the files that it imports, beside those of Google.
 * @throws Error where a schema is none.
 */
export function protobufDecoder(schema: string, references: readonly ProtoFile[]): PayloadDecoder {
  const protobuf = require('protobufjs') as Protobuf;
  const root = new protobuf.Root();
  const own = new protobuf.Root();
  const { package: name, imports = [] } = protobuf.parse(schema, own, { keepCase: true });
  const all = [...imports];
  for (const file of references) {
    all.push(...(protobuf.parse(file.schema, root, { keepCase: true }).imports ?? []));
  }
  for (const wellKnown of new Set(all)) {
    const file = protobuf.common.get(wellKnown) as { nested?: object } | null;
    if (file?.nested) root.addJSON(file.nested as never);
  }
  protobuf.parse(schema, root, { keepCase: true });
  root.resolveAll();
  const top = name ? own.lookup(name) : own;
  const known = new Map<string, Reads>();
  return payload => {
    // The reader of Buffers would take a text that is cut off for a shorter one.
    const reader = new protobuf.Reader(payload);
    const path = messagePath(reader);
    const key = path.join();
    const reads = known.get(key) ?? readsOf(protobuf, root, top as Root, path);
    known.set(key, reads);
    return rowOf(reads, reader);
  };
}

/** Which of the file's messages it is: of each level the how manieth. A single 0 is the first. */
function messagePath(reader: { sint32(): number }): number[] {
  const levels = reader.sint32();
  if (levels < 0 || levels > 64) throw new RangeError('names no message');
  return levels === 0 ? [0] : Array.from({ length: levels }, () => reader.sint32());
}

function readsOf(protobuf: Protobuf, root: Root, top: Root, path: readonly number[]): Reads {
  let at: { readonly nestedArray: readonly object[]; readonly fullName: string } = top;
  for (const index of path) {
    // References may add to the same package: only the file itself says in which order its messages stand.
    const found = at.nestedArray.filter(one => one instanceof protobuf.Type)[index];
    if (!found) throw new RangeError('names no message');
    at = found;
  }
  const type = root.lookupType(at.fullName);
  const times = type.fieldsArray
    .filter(
      ({ resolvedType, repeated, map }) =>
        resolvedType?.fullName === TIMESTAMP && !repeated && !map,
    )
    .map(field => field.name);
  return { type, times };
}

function rowOf({ type, times }: Reads, reader: import('protobufjs').Reader): unknown {
  const row = type.toObject(type.decode(reader), {
    ...{ longs: Number, enums: String, bytes: String },
    ...{ defaults: true, json: true },
  });
  for (const field of times) {
    const time = row[field] as { readonly seconds: number; readonly nanos: number } | null;
    if (time)
      row[field] = new Date(time.seconds * 1000 + Math.floor(time.nanos / 1e6)).toISOString();
  }
  return row;
}
