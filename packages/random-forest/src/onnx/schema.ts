import { Root, type Type } from 'protobufjs/light';

/**
 * The part of ONNX's protobuf schema that is written here: names and numbers of onnx.proto (IR version 8),
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. `AttributeProto.ints` is declared as bytes: a
 * packed list of varints is that on the wire, and packing it ourselves takes a tenth of the memory.
 */
const SCHEMA = {
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
        metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      },
    },
    OperatorSetIdProto: {
      fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } },
    },
    StringStringEntryProto: {
      fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } },
    },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        t: { type: 'TensorProto', id: 5 },
        floats: { rule: 'repeated', type: 'float', id: 7, options: { packed: true } },
        ints: { type: 'bytes', id: 8 },
        strings: { rule: 'repeated', type: 'bytes', id: 9 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1, options: { packed: false } },
        dataType: { type: 'int32', id: 2 },
        stringData: { rule: 'repeated', type: 'bytes', id: 6 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: {
      fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } },
    },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: {
      fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
    },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: {
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
  },
};

/** Writes a whole model. */
export function encodeModel(model: ModelProto): Uint8Array {
  const type: Type = Root.fromJSON(SCHEMA).lookupType('ModelProto');
  return type.encode(type.create(model)).finish();
}

/** `TensorProto.DataType`. */
export const DataType = { FLOAT: 1, INT64: 7, STRING: 8, DOUBLE: 11 } as const;
/** `AttributeProto.AttributeType`. */
const AttributeType = { INT: 2, STRING: 3, TENSOR: 4, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

export interface ModelProto {
  irVersion: number;
  producerName: string;
  graph: GraphProto;
  opsetImport: { domain: string; version: number }[];
  metadataProps: { key: string; value: string }[];
}

export interface GraphProto {
  name: string;
  node: NodeProto[];
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  attribute: AttributeProto[];
}

export interface AttributeProto {
  name: string;
  type: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: ArrayLike<number>;
  ints?: Uint8Array;
  strings?: Uint8Array[];
}

export interface TensorProto {
  name: string;
  dims: number[];
  dataType: number;
  rawData?: Uint8Array;
  stringData?: Uint8Array[];
}

export interface ValueInfoProto {
  name: string;
  type: {
    tensorType: {
      elemType: number;
      shape: { dim: ({ dimValue: number } | { dimParam: string })[] };
    };
  };
}

/** Whole numbers from 0 on as packed varints. */
function packed(values: ArrayLike<number>): Uint8Array {
  // 31 bits take five groups of seven.
  const bytes = new Uint8Array(5 * values.length);
  let at = 0;
  for (let index = 0; index < values.length; index += 1) {
    let rest = values[index]!;
    while (rest > 0x7f) {
      bytes[at] = (rest & 0x7f) | 0x80;
      at += 1;
      rest >>>= 7;
    }
    bytes[at] = rest;
    at += 1;
  }
  return bytes.subarray(0, at);
}

const utf8 = new TextEncoder();

/** Attributes by the kind of their value. */
export const attribute = {
  int: (name: string, i: number): AttributeProto => ({ name, type: AttributeType.INT, i }),
  text: (name: string, text: string): AttributeProto => ({
    name,
    type: AttributeType.STRING,
    s: utf8.encode(text),
  }),
  /** Whole numbers from 0 up to 2³¹ − 1. */
  ints: (name: string, values: ArrayLike<number>): AttributeProto => ({
    name,
    type: AttributeType.INTS,
    ints: packed(values),
  }),
  floats: (name: string, floats: ArrayLike<number>): AttributeProto => ({
    name,
    type: AttributeType.FLOATS,
    floats,
  }),
  texts: (name: string, texts: readonly string[]): AttributeProto => {
    // The same text is encoded once: node modes are a handful of words, a million times.
    const known = new Map<string, Uint8Array>();
    const encoded = texts.map(text => {
      const bytes = known.get(text) ?? utf8.encode(text);
      known.set(text, bytes);
      return bytes;
    });
    return { name, type: AttributeType.STRINGS, strings: encoded };
  },
  doubles: (name: string, values: Float64Array): AttributeProto => ({
    name,
    type: AttributeType.TENSOR,
    t: doubles(name, values, [values.length]),
  }),
};

/** A tensor of 64-bit floats. */
export function doubles(name: string, values: Float64Array, dims: number[]): TensorProto {
  return {
    name,
    dims,
    dataType: DataType.DOUBLE,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

/** A tensor of 64-bit whole numbers. */
export function int64s(name: string, values: readonly number[]): TensorProto {
  const whole = BigInt64Array.from(values, BigInt);
  return {
    name,
    dims: [values.length],
    dataType: DataType.INT64,
    rawData: new Uint8Array(whole.buffer),
  };
}

/** A tensor of texts. */
export function strings(name: string, values: readonly string[]): TensorProto {
  return {
    name,
    dims: [values.length],
    dataType: DataType.STRING,
    stringData: values.map(value => utf8.encode(value)),
  };
}

/** An input or output: a tensor with a row for each row of the data. */
export function tensorOf(name: string, elemType: number, ...columns: number[]): ValueInfoProto {
  const dim = [{ dimParam: 'rows' }, ...columns.map(dimValue => ({ dimValue }))];
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
