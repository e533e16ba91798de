import {
  DRAWN_MASK,
  SMOOTHING,
  type Criterion,
  type HistogramScan,
  type SortedScan,
} from './criterion';

const ROW_SHIFT = 8;

/**
 * Variance. A cut's score is (s_l·n − s·l)² / (l·r), s the sum of the node's targets and s_l the left side's:
 * the variance between the sides times n, so that the best one leaves the least within them.
 */
export class RegressionCriterion implements Criterion {
  readonly stride = 1;
  readonly payload: Int32Array;
  readonly keysHoldPlaces = true;
  score = -1;
  cut = 0;
  missingLeft = false;

  /** The bag's targets less their mean, which keeps sums small. */
  private readonly bag: Float64Array;
  private readonly counts: Int32Array;
  private readonly sums: Float64Array;
  private total = 0;
  private sum = 0;
  private missingCount = 0;
  private missingSum = 0;

  constructor(
    private readonly targets: Float64Array,
    private readonly mean: number,
    rows: number,
    bins: number,
  ) {
    this.payload = new Int32Array(rows);
    this.bag = new Float64Array(rows);
    this.counts = new Int32Array(bins);
    this.sums = new Float64Array(bins);
  }

  fill(rows: Int32Array, count: number, drawn: Uint8Array): void {
    for (let at = 0; at < count; at += 1) {
      const row = rows[at]!;
      this.payload[at] = (at << ROW_SHIFT) | drawn[row]!;
      this.bag[at] = this.targets[row]! - this.mean;
    }
  }

  enter(start: number, end: number): boolean {
    const { payload, bag } = this;
    const first = bag[payload[start]! >>> ROW_SHIFT]!;
    let total = 0;
    let sum = 0;
    let alike = true;
    for (let at = start; at < end; at += 1) {
      const one = payload[at]!;
      const drawn = one & DRAWN_MASK;
      const target = bag[one >>> ROW_SHIFT]!;
      total += drawn;
      sum += drawn * target;
      if (target !== first) alike = false;
    }
    this.total = total;
    this.sum = alike ? first * total : sum;
    return alike;
  }

  writeLeaf(values: Float32Array, at: number): void {
    values[at] = this.sum / this.total + this.mean;
  }

  clearMissing(): void {
    this.missingCount = 0;
    this.missingSum = 0;
  }

  addMissing(payload: number): void {
    this.missingCount += payload & DRAWN_MASK;
    this.missingSum += (payload & DRAWN_MASK) * this.bag[payload >>> ROW_SHIFT]!;
  }

  scanSorted(scan: SortedScan): void {
    this.score = -1;
    this.scanKeys(scan, false);
    if (scan.missing > 0) this.scanKeys(scan, true);
  }

  private scanKeys(scan: SortedScan, missingLeft: boolean): void {
    const { bag, total, sum } = this;
    const { keys, count, payload, base, missing, minRows } = scan;
    let left = missingLeft ? this.missingCount : 0;
    let leftSum = missingLeft ? this.missingSum : 0;
    const before = missingLeft ? missing : 0;
    const all = count + missing;
    const last = missing > 0 && !missingLeft ? count : count - 1;
    for (let at = 0; at < last; at += 1) {
      const key = keys[at]!;
      const one = payload[base + (key & 0xffff)]!;
      const drawn = one & DRAWN_MASK;
      left += drawn;
      leftSum += drawn * bag[one >>> ROW_SHIFT]!;
      if (at + 1 < count && key >> 16 === keys[at + 1]! >> 16) continue;
      const rows = before + at + 1;
      if (rows < minRows || all - rows < minRows) continue;
      const distance = leftSum * total - sum * left;
      const score = (distance * distance) / (left * (total - left));
      if (score > this.score) {
        this.score = score;
        this.cut = at;
        this.missingLeft = missingLeft;
      }
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
    const { counts, sums, bag } = this;
    counts.fill(0, 0, bins);
    sums.fill(0, 0, bins);
    for (let at = 0; at < count; at += 1) {
      const one = payload[base + at]!;
      const drawn = one & DRAWN_MASK;
      const bin = (codes[at]! - lowest) >> shift;
      counts[bin] = counts[bin]! + drawn;
      sums[bin] = sums[bin]! + drawn * bag[one >>> ROW_SHIFT]!;
    }
  }

  meanOf(bin: number): number {
    const mean = this.sum / this.total;
    return (this.sums[bin]! + SMOOTHING * mean) / (this.counts[bin]! + SMOOTHING);
  }

  scanHistogram(scan: HistogramScan): void {
    this.score = -1;
    this.scanBins(scan, false);
    if (scan.missing > 0) this.scanBins(scan, true);
  }

  private scanBins(scan: HistogramScan, missingLeft: boolean): void {
    const { counts, sums, total, sum } = this;
    const { bins, missing, minRows, rowsOfBin } = scan;
    let left = missingLeft ? this.missingCount : 0;
    let leftSum = missingLeft ? this.missingSum : 0;
    let rows = missingLeft ? missing : 0;
    const all = scan.count + missing;
    const last = missing > 0 && !missingLeft ? bins : bins - 1;
    for (let bin = 0; bin < last; bin += 1) {
      const count = counts[bin]!;
      if (count === 0) continue;
      left += count;
      leftSum += sums[bin]!;
      if (minRows > 1) {
        rows += rowsOfBin[bin]!;
        if (rows < minRows) continue;
        if (all - rows < minRows) break;
      }
      const distance = leftSum * total - sum * left;
      const score = (distance * distance) / (left * (total - left));
      if (score > this.score) {
        this.score = score;
        this.cut = bin;
        this.missingLeft = missingLeft;
      }
    }
  }
}
