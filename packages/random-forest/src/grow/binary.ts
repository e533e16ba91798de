import {
  CLASS_SHIFT,
  DRAWN_MASK,
  SMOOTHING,
  type Criterion,
  type HistogramScan,
  type SortedScan,
} from './criterion';

/**
 * Gini impurity of two classes. A cut's score is (l₁·n − p·l)² / (l·r): l₁ and l the left side's weight of
 * class 1 and of both, r the right side's of both, p and n the node's. That orders cuts as the decrease of
 * impurity does (Breiman et al., Classification and Regression Trees, 1984, section 4.3) at one division each.
 */
export class BinaryCriterion implements Criterion {
  readonly stride = 1;
  readonly payload: Int32Array;
  readonly keysHoldPlaces = false;
  score = -1;
  cut = 0;
  missingLeft = false;

  private readonly sums: Int32Array;
  private readonly weight0: number;
  private readonly weight1: number;
  private total = 0;
  private positive = 0;
  private missing0 = 0;
  private missing1 = 0;

  constructor(
    private readonly labels: Uint8Array,
    weights: Float64Array,
    rows: number,
    bins: number,
  ) {
    this.payload = new Int32Array(rows);
    this.sums = new Int32Array(2 * bins);
    this.weight0 = weights[0]!;
    this.weight1 = weights[1]!;
  }

  fill(rows: Int32Array, count: number, drawn: Uint8Array): void {
    for (let at = 0; at < count; at += 1) {
      const row = rows[at]!;
      this.payload[at] = (this.labels[row]! << CLASS_SHIFT) | drawn[row]!;
    }
  }

  enter(start: number, end: number): boolean {
    const { payload } = this;
    let zeros = 0;
    let ones = 0;
    for (let at = start; at < end; at += 1) {
      const one = payload[at]!;
      const drawn = one & DRAWN_MASK;
      if (one > DRAWN_MASK) ones += drawn;
      else zeros += drawn;
    }
    this.positive = ones * this.weight1;
    this.total = zeros * this.weight0 + this.positive;
    return zeros === 0 || ones === 0;
  }

  writeLeaf(values: Float32Array, at: number): void {
    values[at] = this.positive / this.total;
  }

  clearMissing(): void {
    this.missing0 = 0;
    this.missing1 = 0;
  }

  addMissing(payload: number): void {
    if (payload > DRAWN_MASK) this.missing1 += payload & DRAWN_MASK;
    else this.missing0 += payload;
  }

  scanSorted(scan: SortedScan): void {
    this.score = -1;
    this.scanKeys(scan, false);
    if (scan.missing > 0) this.scanKeys(scan, true);
  }

  private scanKeys({ keys, count, missing, minRows }: SortedScan, missingLeft: boolean): void {
    const { weight0, weight1, total, positive } = this;
    let left1 = missingLeft ? this.missing1 * weight1 : 0;
    let left = missingLeft ? this.missing0 * weight0 + left1 : 0;
    const before = missingLeft ? missing : 0;
    const all = count + missing;
    // With missing rows on the right, everything else may go left.
    const last = missing > 0 && !missingLeft ? count : count - 1;
    let key = keys[0]!;
    for (let at = 0; at < last; at += 1) {
      const next = at + 1 < count ? keys[at + 1]! : -1;
      const drawn = key & DRAWN_MASK;
      if ((key & 0xffff) > DRAWN_MASK) {
        left1 += drawn * weight1;
        left += drawn * weight1;
      } else left += drawn * weight0;
      if (key >> 16 !== next >> 16) {
        const rows = before + at + 1;
        if (rows >= minRows && all - rows >= minRows) {
          const distance = left1 * total - positive * left;
          const score = (distance * distance) / (left * (total - left));
          if (score > this.score) {
            this.score = score;
            this.cut = at;
            this.missingLeft = missingLeft;
          }
        }
      }
      key = next;
    }
  }

  histogram(
    codes: Uint16Array,
    payload: Int32Array,
    base: number,
    count: number,
    lowest: number,
    shift: number,
    bins: number,
  ): void {
    const { sums } = this;
    sums.fill(0, 0, 2 * bins);
    for (let at = 0; at < count; at += 1) {
      const one = payload[base + at]!;
      const place = (((codes[at]! - lowest) >> shift) << 1) + (one >> CLASS_SHIFT);
      sums[place] = sums[place]! + (one & DRAWN_MASK);
    }
  }

  meanOf(bin: number): number {
    const ones = this.sums[2 * bin + 1]! * this.weight1;
    const all = ones + this.sums[2 * bin]! * this.weight0;
    return (ones + (SMOOTHING * this.positive) / this.total) / (all + SMOOTHING);
  }

  scanHistogram(scan: HistogramScan): void {
    this.score = -1;
    this.scanBins(scan, false);
    if (scan.missing > 0) this.scanBins(scan, true);
  }

  private scanBins(scan: HistogramScan, missingLeft: boolean): void {
    const { sums, weight0, weight1, total, positive } = this;
    const { bins, missing, minRows, rowsOfBin } = scan;
    let left1 = missingLeft ? this.missing1 * weight1 : 0;
    let left = missingLeft ? this.missing0 * weight0 + left1 : 0;
    let rows = missingLeft ? missing : 0;
    const all = scan.count + missing;
    const last = missing > 0 && !missingLeft ? bins : bins - 1;
    for (let bin = 0; bin < last; bin += 1) {
      const zeros = sums[2 * bin]!;
      const ones = sums[2 * bin + 1]!;
      if ((zeros | ones) === 0) continue;
      left1 += ones * weight1;
      left += zeros * weight0 + ones * weight1;
      if (minRows > 1) {
        rows += rowsOfBin[bin]!;
        if (rows < minRows) continue;
        if (all - rows < minRows) break;
      }
      const distance = left1 * total - positive * left;
      const score = (distance * distance) / (left * (total - left));
      if (score > this.score) {
        this.score = score;
        this.cut = bin;
        this.missingLeft = missingLeft;
      }
    }
  }
}
