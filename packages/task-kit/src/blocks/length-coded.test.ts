import { BlockDecoder } from './decoder';
import { BlockEncoder, type BlockEncoderOptions } from './encoder';
import { readBlock } from './format';
import { lengthCodedInteger, lengthCodedValues } from './length-coded';

type Value = Buffer | string | null;
const origin = { source: 's', dataset: 'd', contract: 1, extraction: 'x/1', attempt: 1 };

/** A row as MySQL's documentation says. */
function coded(values: readonly Value[]): Buffer {
  return Buffer.concat(
    values.flatMap(value => {
      if (value === null) return [Buffer.from([0xfb])];
      const bytes = Buffer.from(value as string);
      const { length } = bytes;
      if (length < 251) return [Buffer.from([length]), bytes];
      const head = Buffer.alloc(9);
      if (length < 2 ** 16) {
        head[0] = 0xfc;
        head.writeUInt16LE(length, 1);
        return [head.subarray(0, 3), bytes];
      }
      if (length < 2 ** 24) {
        head[0] = 0xfd;
        head.writeUIntLE(length, 1, 3);
        return [head.subarray(0, 4), bytes];
      }
      head[0] = 0xfe;
      head.writeBigUInt64LE(BigInt(length), 1);
      return [head, bytes];
    }),
  );
}

/** Rows as they arrive: somewhere in a buffer with other bytes around them. */
function arrive(values: readonly Value[]) {
  const row = coded(values);
  return { bytes: Buffer.concat([Buffer.from('ab'), row, Buffer.from('cd')]), to: row.length + 2 };
}

function encode(
  rows: readonly (readonly Value[])[],
  options: BlockEncoderOptions,
  way: 'coded' | 'values',
) {
  const messages: Buffer[] = [];
  const encoder = new BlockEncoder(origin, options, block => {
    messages.push(Buffer.from(block.bytes));
    block.release();
  });
  const problems = rows.map(row => {
    const { bytes, to } = arrive(row);
    return way === 'coded' ? encoder.pushLengthCoded(bytes, 2, to) : encoder.push(row);
  });
  encoder.finish();
  return { messages, problems, totals: encoder.totals };
}

function decode(messages: readonly Buffer[]) {
  const decoder = new BlockDecoder();
  return messages.flatMap(message => [...decoder.rows(readBlock(message))].map(row => row.values));
}

const LONG = 'é\t\\'.repeat(20_000);
const ROWS: Value[][] = [
  ['1', 'plain', null, ''],
  ['2', 'a\tb\nc\r\\d\\N', '\\.', '\u0001\u007f'],
  ['-3', 'é😀 京都', 'NULL', null],
  [null, null, null, null],
  ['4', 'x'.repeat(250), 'x'.repeat(251), '\n'.repeat(65_536)],
  ['5', LONG, 'after', null],
];

describe('a length coded row', () => {
  it.each([2100, 4096, 70_000, 512 * 1024])(
    'makes the same blocks as its values, in blocks of %p bytes',
    blockBytes => {
      const options = { keyColumns: [0], blockBytes };
      const fromCoded = encode(ROWS, options, 'coded');
      const fromValues = encode(ROWS, options, 'values');
      expect(decode(fromCoded.messages)).toEqual(ROWS);
      expect(fromCoded.totals).toEqual(fromValues.totals);
      expect(fromCoded.problems).toEqual(ROWS.map(() => undefined));
      expect(fromCoded.messages.every(message => message.length <= blockBytes)).toBe(true);
    },
  );

  it('makes the same block, byte by byte, whichever way the rows come', () => {
    const rows = Array.from({ length: 500 }, (_, key) => [String(key), `text ${key}\té`, null]);
    const options = { keyColumns: [0, 1] };
    expect(encode(rows, options, 'coded').messages).toEqual(
      encode(rows, options, 'values').messages,
    );
  });

  it('says between which keys a block lies, also when rows come both ways', () => {
    const keys: unknown[] = [];
    const encoder = new BlockEncoder(origin, { keyColumns: [1] }, ({ header }) =>
      keys.push(header.keys),
    );
    const { bytes, to } = arrive(['x', 'coded']);
    encoder.pushLengthCoded(bytes, 2, to);
    encoder.push(['x', 'values']);
    encoder.finish();
    encoder.push(['x', 'values']);
    encoder.pushLengthCoded(bytes, 2, to);
    encoder.finish();
    expect(keys).toEqual([
      ['coded', 'values'],
      ['values', 'coded'],
    ]);
  });

  it.each([
    ['a NUL', Buffer.from('a\0b'), /NUL/],
    ['a NUL in long text', Buffer.from(`${'é'.repeat(300)}\0`), /NUL/],
    ['bytes that are not UTF-8', Buffer.from([65, 0xc3, 0x28]), /UTF-8/],
    ['half a character at its end', Buffer.from('é').subarray(0, 1), /UTF-8/],
    ['more than the largest row', Buffer.from('x'.repeat(70_000)), /larger than 65536/],
  ])('with %s is refused, and the next one taken', (_, value, reason) => {
    const rows: Value[][] = [
      ['1', 'good', 'é'],
      ['2', value, 'é'],
      ['3', 'good', 'é'],
    ];
    const options = { maxRowBytes: 65_536, blockBytes: 10_000 };
    const { messages, problems } = encode(rows, options, 'coded');
    expect(problems).toEqual([
      undefined,
      { column: 1, reason: expect.stringMatching(reason) },
      undefined,
    ]);
    expect(decode(messages)).toEqual([rows[0], rows[2]]);
  });

  it('has values of every length', () => {
    for (const length of [0, 250, 251, 65_535, 65_536, 2 ** 24 - 1, 2 ** 24]) {
      const row: Value[] = [Buffer.alloc(length, 'x'), null, 'after'];
      const { bytes, to } = arrive(row);
      const [large, none, after] = lengthCodedValues(bytes, 2, to);
      expect([large?.length, none, after?.toString()]).toEqual([length, null, 'after']);
    }
  });

  it('gives its values, and one as an integer', () => {
    const row: Value[] = ['7', null, 'x'.repeat(70_000), '-9007199254740991', 'é', 'no'];
    const { bytes, to } = arrive(row);
    expect(lengthCodedValues(bytes, 2, to).map(value => value?.toString() ?? null)).toEqual(row);
    const integer = (column: number) => lengthCodedInteger(bytes, 2, column);
    expect([0, 1, 3, 5].map(integer)).toEqual([7, Number.NaN, -9007199254740991, Number.NaN]);
  });
});
