import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';

const compressed = promisify(zstdCompress);
const decompressed = promisify(zstdDecompress);

/** Fast enough never to be what an extraction waits for; COPY text still shrinks to less than half, mostly to a fifth. */
const LEVEL = 1;
/** Node hands over output in pieces of this size, in bytes; its default of 16 KiB makes dozens of a message. */
const COMPRESSED_PIECE = 256 * 1024;
/** A block in one piece. */
const DECOMPRESSED_PIECE = 520 * 1024;
/** What a frame may become, in bytes: a few bytes of a hostile one would fill the memory. */
const LIMIT = 64 * 1024 * 1024;
const MAGIC = 0xfd2fb528;

/** One zstd frame of the bytes, which may change as soon as this has resolved. */
export function compress(bytes: Buffer): Promise<Buffer> {
  return compressed(bytes, {
    chunkSize: COMPRESSED_PIECE,
    pledgedSrcSize: bytes.length,
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
  });
}

/** @throws the error of Node's zlib when the frame is damaged, or larger than 64 MiB. */
export function decompress(frame: Buffer): Promise<Buffer> {
  return decompressed(frame, { chunkSize: DECOMPRESSED_PIECE, maxOutputLength: LIMIT });
}

/** True for what begins as a zstd frame does. */
export function isCompressed(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32LE(0) === MAGIC;
}
