import { DolphinstageError } from '@dolphinstage/common';

/** @public */
export type BlockErrorCode =
  /** Not a block, or of a format version that this code doesn't know. */
  | 'BLOCK_FORMAT'
  /** The body isn't what its checksum says. */
  | 'BLOCK_CHECKSUM'
  /** The rows in the body aren't what the header counts, or a row isn't COPY text. */
  | 'BLOCK_ROWS';

/** What is wrong with a block. @public */
export class BlockError extends DolphinstageError<BlockErrorCode> {}
