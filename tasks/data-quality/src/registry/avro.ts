import type { Schema, Type } from 'avsc';

/** Decodes what follows the schema's id. It throws what is wrong with the bytes. */
export type PayloadDecoder = (payload: Buffer) => unknown;

type Avro = typeof import('avsc');

/** avsc's reader of bytes, as far as it is used here. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  readString(): string;
  skipLong(): void;
}

interface Reads {
  _read(tap: Tap): unknown;
}

/**
 * Makes the decoder of an Avro schema. Values come as JSON has them, since a contract is a JSON Schema: bytes as base64, decimals
 * as numbers, dates and timestamps as RFC 3339, integers beyond 2^53 as the nearest number. A union whose branches JSON can't tell apart
 * comes as Avro's own JSON encoding has it: `{"branch": value}`.
 *
 * @param references - the schemas that it names, those that are named first.
 * @throws Error where a schema is none.
 */
export function avroDecoder(schema: string, references: readonly string[]): PayloadDecoder {
  const avro = require('avsc') as Avro;
  const options = {
    registry: {},
    omitRecordMethods: true,
    logicalTypes: logicalTypes(avro),
    typeHook: typeHook(avro),
  };
  const types = [...references, schema].map(text =>
    avro.Type.forSchema(withoutDefaults(JSON.parse(text)) as never, options),
  );
  const type = types[types.length - 1]!;
  return payload => type.fromBuffer(payload);
}

/** Defaults are a reader's, who wants other fields than the writer had: there is none here. */
function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'default')
      .map(([key, value]) => [key, withoutDefaults(value)]),
  );
}

/** Avro's logical types that JSON has a form of. */
function logicalTypes(avro: Avro) {
  const as = (read: (value: unknown) => unknown) =>
    class extends avro.types.LogicalType {
      override _fromValue(value: unknown): unknown {
        return read(value);
      }
    };
  const timestamp = (perMs: number) =>
    as(value => new Date(Math.floor((value as number) / perMs)).toISOString());
  class Decimal extends avro.types.LogicalType {
    private readonly scale: number;

    constructor(schema: Schema, options?: object) {
      super(schema, options);
      this.scale = (schema as { readonly scale?: number }).scale ?? 0;
    }

    override _fromValue(value: Buffer): number {
      const unscaled =
        value.length === 0
          ? 0n
          : BigInt.asIntN(8 * value.length, BigInt(`0x${value.toString('hex')}`));
      return Number(`${unscaled}e-${this.scale}`);
    }
  }
  return {
    date: as(value => new Date((value as number) * 86_400_000).toISOString().slice(0, 10)),
    'timestamp-millis': timestamp(1),
    'timestamp-micros': timestamp(1_000),
    'local-timestamp-millis': timestamp(1),
    'local-timestamp-micros': timestamp(1_000),
    decimal: Decimal,
  };
}

/** avsc's own types, where they would stop at a good row or not stop at a bad one. */
function typeHook(avro: Avro) {
  const known = new Set(Object.keys(logicalTypes(avro)));

  /** avsc's own gives up beyond 2^53. */
  class Long extends avro.types.LongType implements Reads {
    _read(tap: Tap): number {
      const begin = tap.pos;
      const value = tap.readLong();
      return Number.isSafeInteger(value) ? value : longFrom(tap.buf.subarray(begin, tap.pos));
    }
  }

  /** avsc's own believes any count: six bad bytes would take all memory. An item without bytes is none of a row's. */
  class List extends avro.types.ArrayType implements Reads {
    _read(tap: Tap): unknown[] {
      const items = this.itemsType as unknown as Reads;
      const list: unknown[] = [];
      for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
        for (; left > 0; left -= 1) list.push(items._read(tap));
      }
      return list;
    }
  }

  class Dictionary extends avro.types.MapType implements Reads {
    _read(tap: Tap): Record<string, unknown> {
      const values = this.valuesType as Reads;
      const map: Record<string, unknown> = Object.create(null);
      for (let left = blockSize(tap); left > 0; left = blockSize(tap)) {
        for (; left > 0; left -= 1) map[tap.readString()] = values._read(tap);
      }
      return map;
    }
  }

  class Bytes extends avro.types.BytesType implements Reads {
    _read(tap: Tap): string {
      return base64(avro.types.BytesType, this, tap);
    }
  }

  class Fixed extends avro.types.FixedType implements Reads {
    _read(tap: Tap): string {
      return base64(avro.types.FixedType, this, tap);
    }
  }

  return (schema: unknown, options: object): Type | undefined => {
    const { type, logicalType } = (typeof schema === 'string' ? { type: schema } : schema) as {
      readonly type?: string;
      readonly logicalType?: string;
    };
    if (logicalType !== undefined && known.has(logicalType)) return undefined;
    switch (type) {
      case 'long':
        return new Long();
      case 'bytes':
        return new Bytes();
      case 'fixed':
        return new Fixed(schema as never, options);
      case 'array':
        return new List(schema as never, options);
      case 'map':
        return new Dictionary(schema as never, options);
      default:
        return undefined;
    }
  };
}

function base64(of: { readonly prototype: object }, type: object, tap: Tap): string {
  const bytes = (of.prototype as Reads)._read.call(type, tap) as Buffer | undefined;
  if (!bytes) throw new RangeError('ends too early');
  return bytes.toString('base64');
}

/** How many items come next. */
function blockSize(tap: Tap): number {
  const told = tap.readLong();
  if (told < 0) tap.skipLong();
  const items = Math.abs(told);
  if (items > tap.buf.length - tap.pos) throw new RangeError('ends too early');
  return items;
}

/** Avro's zigzag, exactly. */
function longFrom(bytes: Buffer): number {
  let zigzag = 0n;
  bytes.forEach((byte, at) => {
    zigzag |= BigInt(byte & 0x7f) << BigInt(7 * at);
  });
  return Number(BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n)));
}
