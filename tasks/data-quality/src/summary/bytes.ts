const FIRST_LENGTH = 1024;

/** Writes numbers and texts into bytes that grow; the same calls make the same bytes. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(FIRST_LENGTH);
  private length = 0;

  /** A whole number from 0 to 2^53: seven bits a byte, lowest first. */
  whole(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** A whole number of any sign (zigzag). */
  signed(value: number): void {
    this.whole(value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  float(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeFloatLE(value, this.length);
  }

  text(value: string): void {
    this.block(Buffer.from(value));
  }

  block(value: Uint8Array): void {
    this.whole(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  end(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** Reads what {@link ByteWriter} wrote. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  whole(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes.readUInt8(this.at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  signed(): number {
    const value = this.whole();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  double(): number {
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  float(): number {
    this.at += 4;
    return this.bytes.readFloatLE(this.at - 4);
  }

  text(): string {
    return this.block().toString();
  }

  block(): Buffer {
    const length = this.whole();
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError('The bytes end within a block');
    return this.bytes.subarray(this.at - length, this.at);
  }
}
