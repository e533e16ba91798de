import { seededRandom, testSeed } from '@dolphinstage/test';
import { Type } from 'avsc';
import { avroDecoder } from './avro';

const SEED = testSeed();

const schema = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['new', 'paid'] } },
    { name: 'email', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
    { name: 'counts', type: { type: 'map', values: 'long' } },
    { name: 'next', type: ['null', 'Order'], default: null },
  ],
};
const order = { id: 'o-1', amount: 1.5, status: 'paid', email: null, tags: ['a', 'b'] };
const row = { ...order, counts: { a: 1, b: -2 }, next: { ...order, counts: {}, next: null } };

/** Bytes of a record whose one field has a schema, as avsc writes them. */
const decode = (type: unknown, value: unknown) => {
  const record = { type: 'record', name: 'Row', fields: [{ name: 'x', type }] };
  const bytes = Type.forSchema(record as never).toBuffer({ x: value });
  return (avroDecoder(JSON.stringify(record), [])(bytes) as { x: unknown }).x;
};
const fixed = { type: 'fixed', name: 'F', size: 2 };

describe('an Avro row', () => {
  it('comes as JSON would have it', () => {
    const bytes = Type.forSchema(schema as never).toBuffer(row);
    const read = avroDecoder(JSON.stringify(schema), [])(bytes);
    expect(JSON.parse(JSON.stringify(read))).toEqual(row);
  });

  it.each([
    ['bytes', Buffer.from([0, 255]), 'AP8='],
    [fixed, Buffer.from([1, 2]), 'AQI='],
    [{ type: 'int', logicalType: 'date' }, 20_000, '2024-10-04'],
    [
      { type: 'long', logicalType: 'timestamp-millis' },
      1_700_000_000_123,
      '2023-11-14T22:13:20.123Z',
    ],
    [
      { type: 'long', logicalType: 'timestamp-micros' },
      1_700_000_000_123_456,
      '2023-11-14T22:13:20.123Z',
    ],
    [
      { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      Buffer.from([0x04, 0xd2]),
      12.34,
    ],
    [{ ...fixed, logicalType: 'decimal', precision: 4, scale: 1 }, Buffer.from([0xff, 0xf6]), -1],
    [['null', { type: 'long', logicalType: 'timestamp-millis' }], 0, '1970-01-01T00:00:00.000Z'],
    [['null', 'bytes'], Buffer.from('x'), 'eA=='],
    [['int', 'double'], { double: 2.5 }, { double: 2.5 }],
  ])('of %j', (type, value, expected) => {
    expect(decode(type, value)).toEqual(expected);
  });

  it('has integers beyond 2^53 as the nearest number, with their sign', () => {
    const record = { type: 'record', name: 'Row', fields: [{ name: 'x', type: 'long' }] };
    const read = avroDecoder(JSON.stringify(record), []);
    const bytes = (value: bigint) => {
      let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
      const all: number[] = [];
      for (; left > 0x7fn; left >>= 7n) all.push(Number(left & 0x7fn) | 0x80);
      return Buffer.from([...all, Number(left)]);
    };
    for (const value of [
      2n ** 60n + 1n,
      -(2n ** 60n) - 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      7n,
      -7n,
    ]) {
      expect(read(bytes(value))).toEqual({ x: Number(value) });
    }
  });

  it('may name schemas that stand elsewhere', () => {
    const person = { type: 'record', name: 'Person', fields: [{ name: 'name', type: 'string' }] };
    const sale = { type: 'record', name: 'Sale', fields: [{ name: 'by', type: 'Person' }] };
    const registry = {};
    Type.forSchema(person as never, { registry });
    const bytes = Type.forSchema(sale as never, { registry }).toBuffer({ by: { name: 'Ada' } });
    const read = avroDecoder(JSON.stringify(sale), [JSON.stringify(person)])(bytes);
    expect(read).toEqual({ by: { name: 'Ada' } });
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['too long', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])])],
  ])('is none when its bytes are %s', (_what, spoil) => {
    const bytes = spoil(Type.forSchema(schema as never).toBuffer(row));
    expect(() => avroDecoder(JSON.stringify(schema), [])(bytes)).toThrow();
  });

  it.each([
    ['array', { type: 'array', items: 'null' }],
    ['array', { type: 'array', items: 'string' }],
    ['map', { type: 'map', values: 'long' }],
  ])('is none when an %s of it claims 2^31 items', (_what, type) => {
    const record = { type: 'record', name: 'Row', fields: [{ name: 'x', type }] };
    // 2^31 in zigzag; more than a process can hold, if it were believed.
    const bomb = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x10, 0x00]);
    expect(() => avroDecoder(JSON.stringify(record), [])(bomb)).toThrow('ends too early');
  });

  it(`ends, with a row or an error, whatever the bytes are (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    const read = avroDecoder(JSON.stringify(schema), []);
    const good = Type.forSchema(schema as never).toBuffer(row);
    const ends = { row: 0, error: 0 };
    for (let n = 0; n < 20_000; n += 1) {
      const bytes = Buffer.from(good);
      for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      try {
        read(bytes);
        ends.row += 1;
      } catch {
        ends.error += 1;
      }
    }
    expect(ends.row + ends.error).toBe(20_000);
    expect(ends.error).toBeGreaterThan(1_000);
  });
});
