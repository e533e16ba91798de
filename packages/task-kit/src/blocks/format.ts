import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { BlockError } from './errors';

/**
 * A block, of which a Kafka message's value is one zstd frame:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | format version, {@link BLOCK_FORMAT_VERSION} |
 * | 1 | kind: 1 rows, 2 quarantine, 3 manifest |
 * | 2 | length of the header, big endian |
 * | n | header: {@link BlockHeader} as JSON in UTF-8 |
 * | … | body |
 *
 * The body of `rows` is PostgreSQL COPY text, a line a row, in the order of the contract's columns. The body of
 * `quarantine` is COPY text of {@link QUARANTINE_COLUMNS}. The body of `manifest` is empty: its header says it all.
 * @public
 */
export const BLOCK_FORMAT_VERSION = 1;

/** The most that a block takes, header and body together, in bytes. @public */
export const MAX_BLOCK_BYTES = 512 * 1024;

/** The room that is kept for version, kind and header, in bytes. */
export const HEADER_ROOM = 2048;

const PREFIX_BYTES = 4;

/** Columns of a quarantine block's rows. @public */
export const QUARANTINE_COLUMNS = ['key', 'column_name', 'reason', 'row'] as const;

const KINDS = ['rows', 'quarantine', 'manifest'] as const;

/** @public */
export type BlockKind = (typeof KINDS)[number];

const originShape = {
  /** Which system the rows come from: a connection's name. */
  source: z.string().max(100),
  /** Which data set, as its contract calls it. */
  dataset: z.string().max(100),
  /** Version of the contract that the columns follow. */
  contract: z.int(),
  /** One extraction: the same in each attempt of a task. */
  extraction: z.string().max(300),
  /** Counts the attempts of an extraction; only a sealed one's blocks count. */
  attempt: z.int(),
};

const headerSchema = z.object({
  ...originShape,
  /** 0 for the attempt's first block. A block sent twice has the same sequence twice. */
  sequence: z.int(),
  /** Rows that end in this block. */
  rows: z.int(),
  /** CRC-32 of the body. */
  crc: z.int(),
  /** Sum of the CRC-32s of the lines (without line feed) that end in this block. */
  sum: z.int(),
  /** The body's last row goes on in the next block, which is `continued`. */
  partial: z.boolean().optional(),
  /** The body starts within a row of the block before. */
  continued: z.boolean().optional(),
  /** The keys of the first and the last row that end in this block, shortened to 100 characters. */
  keys: z.tuple([z.string(), z.string()]).optional(),
  /** In a manifest: what the attempt holds. */
  manifest: z.record(z.string(), z.unknown()).optional(),
});

/** @public */
export type BlockHeader = z.output<typeof headerSchema>;

/** What is the same in all blocks of an attempt. @public */
export type BlockOrigin = Pick<
  BlockHeader,
  'source' | 'dataset' | 'contract' | 'extraction' | 'attempt'
>;

/** A block taken apart; `body` is a view on the message, not a copy. @public */
export interface Block {
  readonly kind: BlockKind;
  readonly header: BlockHeader;
  readonly body: Buffer;
}

/**
 * Puts the prefix and the header right before a body that starts at {@link HEADER_ROOM}, and gives the whole.
 *
 * @internal
 */
export function frameBlock(
  buffer: Buffer,
  bodyEnd: number,
  kind: BlockKind,
  header: BlockHeader,
): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const start = HEADER_ROOM - PREFIX_BYTES - json.length;
  if (start < 0) {
    throw new BlockError('BLOCK_FORMAT', `the header takes ${json.length} bytes`, {
      where: `${header.dataset}, extraction ${header.extraction}`,
      todo: `Use shorter names: a header has ${HEADER_ROOM - PREFIX_BYTES} bytes.`,
    });
  }
  buffer[start] = BLOCK_FORMAT_VERSION;
  buffer[start + 1] = KINDS.indexOf(kind) + 1;
  buffer.writeUInt16BE(json.length, start + 2);
  json.copy(buffer, start + PREFIX_BYTES);
  return buffer.subarray(start, bodyEnd);
}

/** A manifest as a message. @public */
export function encodeManifest(
  origin: BlockOrigin,
  blocks: number,
  manifest: Record<string, unknown>,
): Buffer {
  return Buffer.from(
    frameBlock(Buffer.alloc(HEADER_ROOM), HEADER_ROOM, 'manifest', {
      ...origin,
      sequence: blocks,
      rows: 0,
      crc: 0,
      sum: 0,
      manifest,
    }),
  );
}

/**
 * Takes a message apart, body unread.
 *
 * @throws BlockError `BLOCK_FORMAT`.
 * @public
 */
export function readBlock(message: Buffer): Block {
  if (message.length < PREFIX_BYTES || message[0] !== BLOCK_FORMAT_VERSION) {
    throw new BlockError('BLOCK_FORMAT', 'not a block of a known format', {
      todo: `Format version ${BLOCK_FORMAT_VERSION} is known; does something else write to this topic?`,
    });
  }
  const kind = KINDS[message.readUInt8(1) - 1];
  const bodyStart = PREFIX_BYTES + message.readUInt16BE(2);
  const header = parseHeader(message.toString('utf8', PREFIX_BYTES, bodyStart));
  if (!kind || !header || bodyStart > message.length) {
    throw new BlockError('BLOCK_FORMAT', "a block's header can't be read", {
      todo: 'Does something else write to this topic?',
    });
  }
  return { kind, header, body: message.subarray(bodyStart) };
}

function parseHeader(text: string): BlockHeader | undefined {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Checks the body against its checksum.
 *
 * @throws BlockError `BLOCK_CHECKSUM`.
 * @public
 */
export function verifyBlock(block: Block): void {
  const actual = crc32(block.body);
  if (actual !== block.header.crc) {
    throw new BlockError(
      'BLOCK_CHECKSUM',
      `the body's CRC-32 is ${actual}, its header says ${block.header.crc}`,
      {
        where: `${block.header.dataset}, extraction ${block.header.extraction}, block ${block.header.sequence}`,
        todo: 'The message was changed on its way or in the log. Extract again.',
      },
    );
  }
}
