import type { ByteReader, ByteWriter } from './bytes';

/**
 * Count, least, greatest, mean and sum of squared deviations (Welford 1962), merged by Chan, Golub and LeVeque (1979),
 * formula 1.5b.
 */
export class Moments {
  count = 0;
  min = Infinity;
  max = -Infinity;
  mean = 0;
  /** The sum of squared deviations from the mean. */
  squares = 0;

  add(value: number): void {
    const before = value - this.mean;
    this.mean += before / ++this.count;
    this.squares += before * (value - this.mean);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  merge(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const apart = other.mean - this.mean;
    this.mean += (apart * other.count) / count;
    this.squares += other.squares + (apart * apart * this.count * other.count) / count;
    this.count = count;
    if (other.min < this.min) this.min = other.min;
    if (other.max > this.max) this.max = other.max;
  }

  /** The unbiased variance; 0 of fewer than two values. */
  get variance(): number {
    return this.count < 2 ? 0 : this.squares / (this.count - 1);
  }

  encode(to: ByteWriter): void {
    to.whole(this.count);
    if (this.count === 0) return;
    to.double(this.min);
    to.double(this.max);
    to.double(this.mean);
    to.double(this.squares);
  }

  static decode(from: ByteReader): Moments {
    const moments = new Moments();
    moments.count = from.whole();
    if (moments.count === 0) return moments;
    moments.min = from.double();
    moments.max = from.double();
    moments.mean = from.double();
    moments.squares = from.double();
    return moments;
  }
}
