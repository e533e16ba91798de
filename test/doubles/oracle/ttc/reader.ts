import { OracleDoubleError } from '../errors';

const LONG = 254;
const NULL_LENGTHS = [0, 255];

/** Reads the encodings of the TTC layer from one complete message. */
export class TtcReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  skip(count: number): void {
    this.take(count);
  }

  /** An unsigned integer: a length byte, then the bytes that matter. */
  integer(): number {
    const size = this.byte();
    if (size > 8) throw broken(`an integer of ${size} bytes`);
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    return value;
  }

  skipIntegers(count: number): void {
    for (let i = 0; i < count; i++) this.integer();
  }

  /** Bytes with their length; longer ones come in chunks. Empty stands for null. */
  lengthAndBytes(): Buffer {
    const length = this.byte();
    if (NULL_LENGTHS.includes(length)) return Buffer.alloc(0);
    if (length !== LONG) return this.take(length);
    const chunks: Buffer[] = [];
    for (let size = this.integer(); size > 0; size = this.integer()) chunks.push(this.take(size));
    return Buffer.concat(chunks);
  }

  text(): string {
    return this.lengthAndBytes().toString('utf8');
  }

  /** A pair as in authentication: both with a length before the length. */
  keyAndValue(): [key: string, value: string] {
    this.integer();
    const key = this.text();
    const value = this.integer() > 0 ? this.text() : '';
    this.integer();
    return [key, value];
  }

  private take(count: number): Buffer {
    const end = this.at + count;
    if (end > this.bytes.length) throw broken('a message that ends too early');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

export function broken(what: string): OracleDoubleError {
  return new OracleDoubleError('ORACLE_DOUBLE_PROTOCOL', `the client sent ${what}`, {
    todo: 'Connect with node-oracledb in thin mode, or teach the double this message.',
  });
}
