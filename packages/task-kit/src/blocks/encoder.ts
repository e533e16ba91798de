import { crc32 } from 'node:zlib';
import { crc32OfRange } from './crc32';
import { CopyTextWriter, OVERFLOW, UNSTORABLE, type ValueProblem } from './copy-text';
import { lengthCodedValues } from './length-coded';
import {
  HEADER_ROOM,
  MAX_BLOCK_BYTES,
  frameBlock,
  type BlockHeader,
  type BlockKind,
  type BlockOrigin,
} from './format';

const KEY_CHARACTERS = 100;
const DEFAULT_MAX_ROW_BYTES = 16 * 1024 * 1024;
/** Separator, line feed and the longest number: more than a value takes beside its text. */
const VALUE_OVERHEAD_BYTES = 40;
const BYTES_PER_CODE_UNIT = 3;

const NOTHING = Buffer.alloc(0);

/** A finished block. Its memory is used again after `release`. @public */
export interface EncodedBlock {
  readonly kind: BlockKind;
  readonly header: BlockHeader;
  /** The message: prefix, header and body. */
  readonly bytes: Buffer;
  /** The body alone: COPY text. */
  readonly body: Buffer;
  /** Call it when nothing reads `bytes` any more. */
  release(): void;
}

/** @public */
export interface BlockEncoderOptions {
  kind?: Exclude<BlockKind, 'manifest'>;
  /** In bytes, header included; {@link MAX_BLOCK_BYTES} unless told. */
  blockBytes?: number;
  /** A row larger than this as COPY text is refused by `push`; 16 MiB unless told. Larger than a block, it spans several. */
  maxRowBytes?: number;
  /** Indexes of the key's columns; blocks name their first and last key. */
  keyColumns?: readonly number[];
  /** Sum the rows' checksums; true unless told. */
  rowSums?: boolean;
  /** Numbers the blocks; share it between encoders whose blocks make one sequence. */
  sequence?: { next: number };
}

/** What an encoder has taken so far. @public */
export interface EncoderTotals {
  rows: number;
  /** COPY text, line feeds included. */
  bytes: number;
  /** Sum of the lines' CRC-32s, modulo 2^64. */
  sum: bigint;
}

/**
 * Turns rows into blocks of COPY text. Holds one block's memory, plus those that `onBlock` has not released yet:
 * whoever feeds it stops while too many are out.
 *
 * @public
 */
export class BlockEncoder {
  readonly totals: EncoderTotals = { rows: 0, bytes: 0, sum: 0n };

  private readonly writer = new CopyTextWriter();
  private readonly free: Buffer[] = [];
  private readonly blockBytes: number;
  private readonly maxRowBytes: number;
  private readonly rowSums: boolean;
  private readonly sequence: { next: number };
  private buffer: Buffer;
  private at = HEADER_ROOM;
  private rows = 0;
  private sum = 0;
  private first: readonly unknown[] | undefined;
  private last: readonly unknown[] | undefined;
  /** The last row, where it was length coded: its values are looked at only when its block ends. */
  private readonly lastCoded: { source: Buffer; from: number; to: number } = {
    source: NOTHING,
    from: 0,
    to: 0,
  };
  private continued = false;

  constructor(
    private readonly origin: BlockOrigin,
    private readonly options: BlockEncoderOptions,
    private readonly onBlock: (block: EncodedBlock) => void,
  ) {
    this.blockBytes = options.blockBytes ?? MAX_BLOCK_BYTES;
    this.maxRowBytes = options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
    this.rowSums = options.rowSums ?? true;
    this.sequence = options.sequence ?? { next: 0 };
    this.buffer = this.allocate();
  }

  /**
   * Takes a row: values in the order of the contract's columns.
   *
   * @returns why the row was not taken, if PostgreSQL couldn't store it.
   */
  push(values: readonly unknown[]): ValueProblem | undefined {
    let end = this.writer.writeRow(this.buffer, this.at, this.blockBytes, values);
    if (end === OVERFLOW && this.at > HEADER_ROOM) {
      this.flush(false);
      end = this.writer.writeRow(this.buffer, this.at, this.blockBytes, values);
    }
    if (end === OVERFLOW) return this.pushLarge(values);
    if (end === UNSTORABLE) return { ...this.writer.problem };
    this.take(end);
    this.first ??= values;
    this.last = values;
    return undefined;
  }

  /**
   * Takes a row as MySQL's text protocol sends it: length coded values from `from` up to and without `to`. `source` must
   * not change until the block is handed on.
   *
   * @returns why the row was not taken, if PostgreSQL couldn't store it.
   */
  pushLengthCoded(source: Buffer, from: number, to: number): ValueProblem | undefined {
    const { writer } = this;
    let end = writer.writeLengthCoded(this.buffer, this.at, this.blockBytes, source, from, to);
    if (end === OVERFLOW && this.at > HEADER_ROOM) {
      this.flush(false);
      end = writer.writeLengthCoded(this.buffer, this.at, this.blockBytes, source, from, to);
    }
    // A large row: value by value it is known better how large.
    if (end === OVERFLOW) return this.push(lengthCodedValues(source, from, to));
    if (end === UNSTORABLE) return { ...writer.problem };
    this.take(end);
    this.first ??= lengthCodedValues(source, from, to);
    this.last = undefined;
    this.lastCoded.source = source;
    this.lastCoded.from = from;
    this.lastCoded.to = to;
    return undefined;
  }

  /** Hands on what is left. The encoder can't be used afterwards. */
  finish(): void {
    if (this.at > HEADER_ROOM) this.flush(false);
  }

  /** The row that has been written from `at` to `end`. */
  private take(end: number): void {
    const start = this.at;
    this.at = end;
    this.count(this.rowSums ? crc32OfRange(this.buffer, start, end - 1) : 0, end - start);
  }

  private count(crc: number, bytes: number): void {
    this.rows++;
    this.totals.rows++;
    this.totals.bytes += bytes;
    this.sum += crc;
  }

  /** A row that a whole block can't hold goes on in the next ones. */
  private pushLarge(values: readonly unknown[]): ValueProblem | undefined {
    const room = largestText(values);
    const tooLarge = {
      column: room.column,
      reason: `makes the row larger than ${this.maxRowBytes} bytes`,
    };
    if (room.characters > this.maxRowBytes) return tooLarge;
    const row = Buffer.allocUnsafe(room.bytes);
    const end = this.writer.writeRow(row, 0, row.length, values);
    if (end === UNSTORABLE) return { ...this.writer.problem };
    if (end > this.maxRowBytes) return tooLarge;
    for (let done = 0; ;) {
      const part = Math.min(end - done, this.blockBytes - this.at);
      row.copy(this.buffer, this.at, done, done + part);
      this.at += part;
      done += part;
      if (done === end) break;
      this.flush(true);
    }
    this.count(this.rowSums ? crc32OfRange(row, 0, end - 1) : 0, end);
    this.first ??= values;
    this.last = values;
    return undefined;
  }

  private flush(partial: boolean): void {
    const { buffer, at } = this;
    const body = buffer.subarray(HEADER_ROOM, at);
    const kind = this.options.kind ?? 'rows';
    const header: BlockHeader = {
      ...this.origin,
      sequence: this.sequence.next++,
      rows: this.rows,
      crc: crc32(body),
      sum: this.sum,
      ...(partial ? { partial } : {}),
      ...(this.continued ? { continued: true } : {}),
      ...(this.first
        ? { keys: [this.keyOf(this.first), this.keyOf(this.lastRow())] as [string, string] }
        : {}),
    };
    this.totals.sum = BigInt.asUintN(64, this.totals.sum + BigInt(this.sum));
    this.rows = 0;
    this.sum = 0;
    this.first = undefined;
    this.last = undefined;
    this.lastCoded.source = NOTHING;
    this.continued = partial;
    this.at = HEADER_ROOM;
    this.buffer = this.free.pop() ?? this.allocate();
    const bytes = frameBlock(buffer, at, kind, header);
    this.onBlock({ kind, header, bytes, body, release: () => this.free.push(buffer) });
  }

  private lastRow(): readonly unknown[] {
    const { source, from, to } = this.lastCoded;
    return this.last ?? lengthCodedValues(source, from, to);
  }

  private keyOf(values: readonly unknown[]): string {
    return (this.options.keyColumns ?? [])
      .map(column => String(values[column]))
      .join(',')
      .slice(0, KEY_CHARACTERS)
      .toWellFormed();
  }

  private allocate(): Buffer {
    return Buffer.allocUnsafeSlow(this.blockBytes);
  }
}

/** An upper bound for the row as COPY text, its characters, and the column with most of them. */
function largestText(values: readonly unknown[]): {
  bytes: number;
  characters: number;
  column: number;
} {
  let bytes = 1;
  let characters = 0;
  let column = 0;
  let most = 0;
  values.forEach((value, index) => {
    const length = textLength(value);
    bytes += length * BYTES_PER_CODE_UNIT + VALUE_OVERHEAD_BYTES;
    characters += length;
    if (length > most) {
      most = length;
      column = index;
    }
  });
  return { bytes, characters, column };
}

function textLength(value: unknown): number {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value.length;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value).length;
  return typeof value === 'bigint' ? String(value).length : 0;
}
