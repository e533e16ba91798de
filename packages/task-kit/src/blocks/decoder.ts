import { crc32 } from 'node:zlib';
import { parseCopyLine } from './copy-text';
import { BlockError } from './errors';
import { verifyBlock, type Block, type BlockHeader } from './format';

const LINE_FEED = 10;

/** A row out of a block, with the checksum that its line has. @public */
export interface DecodedRow {
  readonly values: (string | null)[];
  readonly crc: number;
}

/**
 * Turns blocks back into rows, for whoever reads the topic without a PostgreSQL: hand it one attempt's blocks of one
 * kind in the order of their sequence. It remembers the part of a row that goes on in the next block.
 *
 * ```ts
 * const decoder = new BlockDecoder();
 * for (const message of messages) {
 *   const block = readBlock(message.value);
 *   if (block.kind === 'rows') for (const { values } of decoder.rows(block)) console.log(values);
 * }
 * ```
 *
 * @public
 */
export class BlockDecoder {
  private rest: { bytes: Buffer; next: number } | undefined;

  /**
   * The rows that end in this block.
   *
   * @throws BlockError `BLOCK_CHECKSUM`, `BLOCK_ROWS`.
   */
  *rows(block: Block): Generator<DecodedRow, void, undefined> {
    verifyBlock(block);
    const { header } = block;
    if (
      Boolean(header.continued) !== Boolean(this.rest) ||
      (this.rest?.next ?? header.sequence) !== header.sequence
    ) {
      throw wrongRows(header, 'not the block that follows the one before');
    }
    const body = this.rest ? Buffer.concat([this.rest.bytes, block.body]) : block.body;
    this.rest = undefined;
    let start = 0;
    let rows = 0;
    for (
      let end = body.indexOf(LINE_FEED);
      end >= 0;
      start = end + 1, end = body.indexOf(LINE_FEED, start)
    ) {
      rows++;
      yield {
        values: parseCopyLine(body.toString('utf8', start, end)),
        crc: crc32(body.subarray(start, end)),
      };
    }
    if (header.partial) {
      this.rest = { bytes: Buffer.from(body.subarray(start)), next: header.sequence + 1 };
    }
    if (rows !== header.rows || (start < body.length && !header.partial)) {
      throw wrongRows(header, `${rows} rows, its header says ${header.rows}`);
    }
  }
}

function wrongRows(header: BlockHeader, what: string): BlockError {
  return new BlockError('BLOCK_ROWS', what, {
    where: `${header.dataset}, extraction ${header.extraction}, block ${header.sequence}`,
    todo: 'Hand over the blocks of one attempt and kind, in sequence and without gaps.',
  });
}
