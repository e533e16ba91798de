const LONG = 254;
const LONGEST_SHORT = 252;
const CHUNK = 32_767;
const SMALLEST = 4096;

/** Writes the encodings of the TTC layer into a buffer that grows. */
export class TtcWriter {
  private bytes = Buffer.allocUnsafe(SMALLEST);
  private length = 0;

  /** Bytes written since the last {@link take}. */
  get size(): number {
    return this.length;
  }

  /** What was written so far, to keep; the writer starts again. */
  take(): Buffer {
    const written = this.bytes.subarray(0, this.length);
    // Not a copy: rows come in parts of like size, so that the next buffer rarely has to grow.
    this.bytes = Buffer.allocUnsafe(Math.max(this.length, SMALLEST));
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

  /** A text in UTF-8, as {@link lengthAndBytes} would write it. */
  text(value: string): this {
    const length = Buffer.byteLength(value, 'utf8');
    if (length > CHUNK) return this.lengthAndBytes(Buffer.from(value, 'utf8'));
    // In place: most of what is sent are texts.
    if (length <= LONGEST_SHORT) return this.byte(length).inPlace(value, length);
    return this.byte(LONG).integer(length).inPlace(value, length).integer(0);
  }

  keyAndValue(key: string, value: string, flags = 0): this {
    this.integer(Buffer.byteLength(key)).text(key);
    this.integer(Buffer.byteLength(value));
    if (value) this.text(value);
    return this.integer(flags);
  }

  private inPlace(value: string, length: number): this {
    this.reserve(length);
    this.bytes.write(value, this.length, 'utf8');
    this.length += length;
    return this;
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
