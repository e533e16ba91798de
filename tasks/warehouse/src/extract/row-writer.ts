import { isUtf8 } from 'node:buffer';
import {
  BlockEncoder,
  lengthCodedValues,
  type BlockOrigin,
  type BlockSink,
  type EncodedBlock,
  type ValueProblem,
} from '@dolphinstage/task-kit';
import { keyIndexes, type Contract } from '../contract';

/** A quarantined row is for people to read: of each value they get so many characters. */
const SHOWN_CHARACTERS = 4096;
const SHOWN_BYTES = 512;

/** What an attempt has written. */
export interface WrittenTotals {
  rows: number;
  quarantined: number;
  bytes: number;
  blocks: number;
  checksum: bigint;
}

/**
 * Where a source puts its rows, values in the order of the contract's columns. Rows that PostgreSQL can't store go to
 * quarantine by themselves.
 */
export class RowWriter {
  private readonly rows: BlockEncoder;
  private readonly bad: BlockEncoder;
  private readonly sequence = { next: 0 };
  private full = false;

  constructor(
    private readonly contract: Contract,
    origin: BlockOrigin,
    private readonly sink: BlockSink,
    onBlock: (block: EncodedBlock) => void,
    blockBytes?: number,
  ) {
    const { sequence } = this;
    const take = (block: EncodedBlock) => {
      onBlock(block);
      this.full = !sink.offer(block);
    };
    const keyColumns = keyIndexes(contract);
    this.rows = new BlockEncoder(origin, { keyColumns, sequence, blockBytes }, take);
    this.bad = new BlockEncoder(
      origin,
      { kind: 'quarantine', keyColumns: [0], sequence, blockBytes },
      take,
    );
  }

  /** @returns false when the source should wait for {@link RowWriter.room} before the next row. */
  push(values: readonly unknown[]): boolean {
    const problem = this.rows.push(values);
    return problem ? this.refuse(values, problem) : !this.full;
  }

  /** As `push`, a row as MySQL's text protocol sends it. */
  pushLengthCoded(bytes: Buffer, start: number, stop: number): boolean {
    const problem = this.rows.pushLengthCoded(bytes, start, stop);
    return problem ? this.refuse(lengthCodedValues(bytes, start, stop), problem) : !this.full;
  }

  /** Sets a row aside; `values` may be fewer or more than the contract's columns. */
  quarantine(values: readonly unknown[], column: string | null, reason: string): boolean {
    const { columns } = this.contract;
    const row = Object.fromEntries(
      values.map((value, index) => [columns[index]?.name ?? `#${index + 1}`, show(value)]),
    );
    const key = keyIndexes(this.contract)
      .map(index => show(values[index]))
      .join(',');
    this.bad.push([key, column, reason, JSON.stringify(row)]);
    return !this.full;
  }

  private refuse(values: readonly unknown[], { column, reason }: ValueProblem): boolean {
    const name = this.contract.columns[column]?.name ?? '';
    return this.quarantine(values, name, `${name} ${reason}`);
  }

  /** @throws KafkaError `KAFKA_SEND`. */
  async room(): Promise<void> {
    await this.sink.room();
    this.full = false;
  }

  /** Sends what is left, and waits until all is acknowledged. */
  async finish(): Promise<WrittenTotals> {
    this.rows.finish();
    this.bad.finish();
    await this.sink.drained();
    return {
      rows: this.rows.totals.rows,
      quarantined: this.bad.totals.rows,
      bytes: this.rows.totals.bytes,
      blocks: this.sequence.next,
      checksum: this.rows.totals.sum,
    };
  }
}

/** A value as text that jsonb takes. */
function show(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value) && !isUtf8(value)) {
    return `\\x${value.toString('hex', 0, SHOWN_BYTES)}`;
  }
  const text =
    typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : String(value);
  return text.slice(0, SHOWN_CHARACTERS).toWellFormed().replaceAll('\0', '␀');
}
