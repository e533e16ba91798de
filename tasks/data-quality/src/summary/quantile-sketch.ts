import type { ByteReader, ByteWriter } from './bytes';

/** A value is known to half a percent, unless the values are spread over very many orders of magnitude. */
const ACCURACY = 0.005;
const LOG_GAMMA = Math.log((1 + ACCURACY) / (1 - ACCURACY));
const PER_LOG = 1 / LOG_GAMMA;
/** Nearer to zero is zero; farther off isn't added (see {@link GREATEST}). */
const LEAST = 1e-150;
/** Greater magnitudes would overflow their squares. */
export const GREATEST = 1e150;
/** Above the greatest key of either sign (34,540), so that a positive value's key is positive. */
const SHIFT = 1 << 16;
/** Bins of a page. */
const PAGE = 128;
const PAGE_BITS = 7;
/** 64 pages of 128 bins hold 0.5 % over 40 factors of e, at 64 kB. */
const MOST_PAGES = 64;

/** Values in ascending order with how often each came. */
export interface Histogram {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
}

/**
 * The distribution of a field's numbers: the bins of DDSketch (Masson, Rim, Lee 2019), each value to within half a
 * percent. When the bins grow too many, each two neighbours become one (UDDSketch: Epicoco et al. 2020). What it holds
 * depends on the values only, not on their order, so that parts merged are the whole. (`@datadog/sketches-js` folds the
 * lowest bins into one instead, so that a single stray 1e100 would wipe out all else, and its merge loses negative
 * values.)
 */
export class QuantileSketch {
  private readonly pages = new Map<number, Float64Array>();
  /** How often neighbours were joined: a bin is 2^level wide. */
  private level = 0;
  private total = 0;
  private lastNumber = NaN;
  private last: Float64Array = new Float64Array(0);

  /** @param value - finite, of a magnitude up to 1e150. */
  add(value: number): void {
    let key = 0;
    if (value > LEAST) key = SHIFT + Math.ceil(Math.log(value) * PER_LOG);
    else if (value < -LEAST) key = -SHIFT - Math.ceil(Math.log(-value) * PER_LOG);
    this.addKey(key, 1);
  }

  merge(other: QuantileSketch): void {
    while (this.level < other.level) this.widen();
    for (const [key, count] of other.bins()) this.addKey(key * 2 ** other.level, count);
  }

  histogram(): Histogram {
    const values: number[] = [];
    const weights: number[] = [];
    for (const [key, count] of this.bins()) {
      values.push(this.valueOf(key));
      weights.push(count);
    }
    return {
      values: Float64Array.from(values),
      weights: Float64Array.from(weights),
      total: this.total,
    };
  }

  encode(to: ByteWriter): void {
    const bins = [...this.bins()];
    to.whole(this.level);
    to.whole(bins.length);
    let previous = 0;
    for (const [key, count] of bins) {
      to.signed(key - previous);
      to.whole(count);
      previous = key;
    }
  }

  static decode(from: ByteReader): QuantileSketch {
    const sketch = new QuantileSketch();
    sketch.level = from.whole();
    const bins = from.whole();
    let key = 0;
    for (let at = 0; at < bins; at++) {
      key += from.signed();
      sketch.addKey(key * 2 ** sketch.level, from.whole());
    }
    return sketch;
  }

  /** @param fine - the key of a bin of level 0. */
  private addKey(fine: number, count: number): void {
    const key = this.level === 0 ? fine : widened(fine, this.level);
    const number = key >> PAGE_BITS;
    if (number !== this.lastNumber) this.turnTo(number);
    this.last[key & (PAGE - 1)]! += count;
    this.total += count;
    if (this.pages.size > MOST_PAGES) this.widen();
  }

  private turnTo(number: number): void {
    let page = this.pages.get(number);
    if (!page) {
      page = new Float64Array(PAGE);
      this.pages.set(number, page);
    }
    this.lastNumber = number;
    this.last = page;
  }

  private widen(): void {
    const bins = [...this.bins()];
    this.pages.clear();
    this.lastNumber = NaN;
    this.level++;
    this.total = 0;
    for (const [key, count] of bins) this.addKey(key * 2 ** (this.level - 1), count);
  }

  /** In ascending order, those that hold anything. */
  private *bins(): Generator<[key: number, count: number]> {
    for (const number of [...this.pages.keys()].sort((one, another) => one - another)) {
      const page = this.pages.get(number)!;
      for (let at = 0; at < PAGE; at++) {
        if (page[at]! > 0) yield [number * PAGE + at, page[at]!];
      }
    }
  }

  /** The middle of a bin, as DDSketch has it: at most the accuracy away from each end. */
  private valueOf(key: number): number {
    if (key === 0) return 0;
    const width = 2 ** this.level;
    const upper = (Math.abs(key) * width - SHIFT) * LOG_GAMMA;
    return Math.sign(key) * Math.exp(upper) * (2 / (1 + Math.exp(width * LOG_GAMMA)));
  }
}

/** Rounds away from zero: a bin's name is its far end. */
function widened(key: number, level: number): number {
  const width = 2 ** level;
  return key < 0 ? -Math.ceil(-key / width) : Math.ceil(key / width);
}
