const UINT32 = 4_294_967_296;

/** Mixes 32 bits so that neighbouring inputs give unrelated outputs (murmur3's finaliser). */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * A stream of random numbers that depends on the seed and the stream's number alone, so that a tree comes
 * out the same whichever thread grows it (sfc32 of PractRand, 12 rounds of warming up).
 *
 * @internal
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, stream: number) {
    this.a = mix(seed | 0);
    this.b = mix(Math.floor(seed / UINT32) ^ 0x9e3779b9);
    this.c = mix(stream ^ 0x243f6a88);
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** 32 random bits, signed. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum;
  }

  /** A whole number from 0 up to and without `limit`; the bias is at most limit / 2³². */
  below(limit: number): number {
    return Math.floor(((this.next() >>> 0) / UINT32) * limit);
  }
}
