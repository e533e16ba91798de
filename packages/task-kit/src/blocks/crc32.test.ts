import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32OfRange } from './crc32';

describe('crc32OfRange', () => {
  const bytes = randomBytes(300);

  it.each([
    [0, 0],
    [0, 1],
    [3, 10],
    [5, 13],
    [1, 300],
    [0, 300],
  ])('is that of zlib from %p to %p', (start, end) => {
    expect(crc32OfRange(bytes, start, end)).toBe(crc32(bytes.subarray(start, end)));
  });

  it('is that of zlib for every length and byte', () => {
    for (let end = 0; end <= bytes.length; end++) {
      expect([end, crc32OfRange(bytes, 0, end)]).toEqual([end, crc32(bytes.subarray(0, end))]);
    }
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(crc32OfRange(all, 0, 256)).toBe(crc32(all));
  });
});
