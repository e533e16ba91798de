import { crc32 } from 'node:zlib';
import { BlockDecoder } from './decoder';
import { BlockEncoder, type BlockEncoderOptions } from './encoder';
import { MAX_BLOCK_BYTES, encodeManifest, readBlock, verifyBlock, type Block } from './format';

const origin = { source: 's', dataset: 'd', contract: 1, extraction: 'x/1', attempt: 1 };

/** What PostgreSQL would read: text, or null. */
type Row = readonly unknown[];

function encode(rows: readonly Row[], options: BlockEncoderOptions = {}) {
  const messages: Buffer[] = [];
  const encoder = new BlockEncoder(origin, { keyColumns: [0], ...options }, block => {
    messages.push(Buffer.from(block.bytes));
    block.release();
  });
  const problems = rows.map(row => encoder.push(row));
  encoder.finish();
  return { messages, problems: problems.filter(Boolean), totals: encoder.totals };
}

function decode(messages: readonly Buffer[]) {
  const decoder = new BlockDecoder();
  return messages.flatMap(message => [...decoder.rows(readBlock(message))]);
}

/** mulberry32: small, seeded, good enough to vary tests. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const HOSTILE = [
  '',
  '\\N',
  '\\.',
  '\\',
  '\\\\',
  '\t',
  '\n',
  '\r\n',
  'a\tb\nc\\d',
  '\'quoted\' "double"',
  'é',
  '😀',
  '😀'.repeat(40),
  'x'.repeat(1000),
  `${'x'.repeat(1000)}\t\\\n`,
  '\u0001\u007f\u0080\u2028',
  'NULL',
  ' padded ',
  '${x}`$(x)',
];

describe('blocks', () => {
  it('give back what went in, hostile text and nulls too', () => {
    const rows = HOSTILE.map((value, index) => [String(index), value, null, 'end']);
    const { messages, problems } = encode(rows);
    expect(problems).toEqual([]);
    expect(decode(messages).map(row => row.values)).toEqual(rows);
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [-1, '-1'],
    [10, '10'],
    [999_999_999, '999999999'],
    [1_000_000_000, '1000000000'],
    [2_147_483_647, '2147483647'],
    [-2_147_483_647, '-2147483647'],
    [-2_147_483_648, '-2147483648'],
    [2_147_483_648, '2147483648'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [-1.2345678901234567e100, '-1.2345678901234567e+100'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [12_345_678_901_234_567_890n, '12345678901234567890'],
    [true, 'true'],
    [Buffer.from('bytes\t\\é'), 'bytes\t\\é'],
    [{ a: [1] }, '{"a":[1]}'],
    [undefined, null],
  ])('write %p as %p', (value, text) => {
    expect(decode(encode([[value]]).messages)[0]?.values).toEqual([text]);
  });

  it('survive random rows at every block size', () => {
    const seed = Number(process.env.DOLPHINSTAGE_TEST_SEED ?? Date.now() % 1_000_000);
    const next = random(seed);
    const rows = Array.from({ length: 400 }, (_, key) => [
      String(key),
      ...Array.from({ length: 4 }, () =>
        next() < 0.2
          ? null
          : Array.from({ length: Math.floor(next() * 60) }, () =>
              next() < 0.1
                ? HOSTILE[Math.floor(next() * 12)]
                : String.fromCodePoint(1 + Math.floor(next() * 0xd7ff)),
            ).join(''),
      ),
    ]);
    for (const blockBytes of [2100, 2400, 4096, MAX_BLOCK_BYTES]) {
      const { messages, totals } = encode(rows, { blockBytes });
      const decoded = decode(messages);
      expect({ seed, rows: decoded.map(row => row.values) }).toEqual({ seed, rows });
      expect(messages.every(message => message.length <= blockBytes)).toBe(true);
      const sum = decoded.reduce((total, row) => total + BigInt(row.crc), 0n);
      expect({ seed, ...totals }).toMatchObject({ seed, rows: rows.length, sum });
      const headers = messages.map(message => readBlock(message).header);
      expect(headers.map(header => header.sequence)).toEqual(headers.map((_, index) => index));
      expect(headers.reduce((total, header) => total + header.rows, 0)).toBe(rows.length);
    }
  });

  it('carry a row that is larger than a block over several', () => {
    const large = `${'é\t'.repeat(700_000)}`;
    const rows = [
      ['1', 'before'],
      ['2', large],
      ['3', 'after'],
    ];
    const { messages } = encode(rows);
    expect(messages.length).toBeGreaterThan(4);
    expect(messages.map(message => readBlock(message).header.partial ?? false)).toContain(true);
    expect(decode(messages).map(row => row.values)).toEqual(rows);
  });

  it.each([
    ['a NUL character', 'a\0b', /NUL/],
    ['a NUL character in long text', `${'x'.repeat(100)}\0`, /NUL/],
    ['a NUL byte', Buffer.from([65, 0]), /NUL/],
    ['half a surrogate pair', '\ud83d', /surrogate/],
    ['bytes that are not UTF-8', Buffer.from([0xc3, 0x28]), /UTF-8/],
    ['more than the largest row', 'x'.repeat(70_000), /larger than 65536/],
    ['more than the largest row once escaped', '\n'.repeat(40_000), /larger than 65536/],
  ])('refuse %s, and take the next row', (_, value, reason) => {
    const { messages, problems } = encode(
      [
        ['1', 'good'],
        ['2', value],
        ['3', 'good'],
      ],
      { maxRowBytes: 65_536, blockBytes: 10_000 },
    );
    expect(problems).toEqual([{ column: 1, reason: expect.stringMatching(reason) }]);
    expect(decode(messages).map(row => row.values[0])).toEqual(['1', '3']);
  });

  it('say where they come from, how many rows they hold and between which keys', () => {
    const { messages } = encode([
      ['k1', 'a'],
      ['k2', 'b'],
    ]);
    const { kind, header, body } = readBlock(messages[0] as Buffer);
    expect({ kind, header }).toEqual({
      kind: 'rows',
      header: {
        ...origin,
        sequence: 0,
        rows: 2,
        crc: crc32('k1\ta\nk2\tb\n'),
        sum: crc32('k1\ta') + crc32('k2\tb'),
        keys: ['k1', 'k2'],
      },
    });
    expect(body.toString()).toBe('k1\ta\nk2\tb\n');
  });

  it('use released memory again', () => {
    const buffers = new Set<ArrayBufferLike>();
    const encoder = new BlockEncoder(origin, { blockBytes: 4096 }, block => {
      buffers.add(block.bytes.buffer);
      block.release();
    });
    for (let row = 0; row < 10_000; row++) encoder.push([row, 'text']);
    encoder.finish();
    expect(buffers.size).toBeLessThanOrEqual(2);
  });

  it('carry a manifest', () => {
    const block = readBlock(encodeManifest(origin, 3, { rows: '12' }));
    expect(block).toMatchObject({
      kind: 'manifest',
      header: { sequence: 3, manifest: { rows: '12' } },
    });
    expect(block.body).toHaveLength(0);
  });
});

describe('a changed block', () => {
  const message = encode([['1', 'value']]).messages[0] as Buffer;
  const changed = (change: (copy: Buffer) => void): Block => {
    const copy = Buffer.from(message);
    change(copy);
    return readBlock(copy);
  };

  it('is found by its checksum', () => {
    const block = changed(copy => copy.write('V', copy.length - 3));
    expect(() => verifyBlock(block)).toThrow(expect.objectContaining({ code: 'BLOCK_CHECKSUM' }));
    expect(() => [...new BlockDecoder().rows(block)]).toThrow(
      expect.objectContaining({ code: 'BLOCK_CHECKSUM' }),
    );
  });

  it.each([
    ['an unknown version', (copy: Buffer) => copy.writeUInt8(9, 0)],
    ['an unknown kind', (copy: Buffer) => copy.writeUInt8(9, 1)],
    ['a header that ends nowhere', (copy: Buffer) => copy.writeUInt16BE(65_535, 2)],
    ['a broken header', (copy: Buffer) => copy.write('?', 4)],
  ])('with %s is refused', (_, change) => {
    expect(() => changed(change)).toThrow(expect.objectContaining({ code: 'BLOCK_FORMAT' }));
  });

  it.each([
    ['the first', [1, 2, 3]],
    ['one in the middle', [0, 2, 3]],
  ])('is refused when %s part of a row is missing', (_, present) => {
    const { messages } = encode([['1', 'x'.repeat(9000)]], { blockBytes: 4096 });
    const parts = present.flatMap(index => messages[index] ?? []);
    expect(() => decode(parts)).toThrow(expect.objectContaining({ code: 'BLOCK_ROWS' }));
  });

  it('is refused when it holds other than what it counts', () => {
    const block = readBlock(
      encode([
        ['1', 'a'],
        ['2', 'b'],
      ]).messages[0] as Buffer,
    );
    const wrong = { ...block, header: { ...block.header, rows: 3 } };
    expect(() => [...new BlockDecoder().rows(wrong)]).toThrow(
      expect.objectContaining({ code: 'BLOCK_ROWS' }),
    );
  });
});
