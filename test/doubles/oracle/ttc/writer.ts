const LONG = 254;
const LONGEST_SHORT = 252;
const CHUNK = 32_767;

/** Writes the encodings of the TTC layer into a buffer that grows. */
export class TtcWriter {
  private bytes = Buffer.allocUnsafe(4096);
  private length = 0;

  /** Bytes written since the last {@link take}. */
  get size(): number {
    return this.length;
  }

  /** What was written so far; the writer starts again. */
  take(): Buffer {
    const written = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    return written;
  }

  byte(...values: number[]): this {
    this.reserve(values.length);
    for (const value of values) this.bytes[this.length++] = value;
    return this;
  }

  zeros(count: number): this {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
    return this;
  }

  /** Unsigned integers: for each a length byte, then the bytes that matter. */
  integer(...values: number[]): this {
    for (const value of values) this.oneInteger(value);
    return this;
  }

  raw(bytes: Buffer): this {
    this.reserve(bytes.length);
    bytes.copy(this.bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** Bytes with their length, in chunks where they are long; none for null. */
  lengthAndBytes(bytes: Buffer): this {
    if (bytes.length <= LONGEST_SHORT) return this.byte(bytes.length).raw(bytes);
    this.byte(LONG);
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const chunk = bytes.subarray(at, at + CHUNK);
      this.integer(chunk.length).raw(chunk);
    }
    return this.integer(0);
  }

  text(value: string): this {
    return this.lengthAndBytes(Buffer.from(value, 'utf8'));
  }

  keyAndValue(key: string, value: string, flags = 0): this {
    this.integer(Buffer.byteLength(key)).text(key);
    this.integer(Buffer.byteLength(value));
    if (value) this.text(value);
    return this.integer(flags);
  }

  private oneInteger(value: number): void {
    let size = 0;
    for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) size++;
    this.reserve(1 + size);
    this.bytes[this.length++] = size;
    for (let at = this.length + size - 1, rest = value; at >= this.length; at--) {
      this.bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.length += size;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
