import {
  CLASS_SHIFT,
  DRAWN_MASK,
  SMOOTHING,
  type Criterion,
  type HistogramScan,
  type SortedScan,
} from './criterion';

/** Gini impurity of any number of classes; a cut's score is Σ l_c² / l + Σ r_c² / r. */
export class MulticlassCriterion implements Criterion {
  readonly stride: number;
  readonly payload: Int32Array;
  readonly keysHoldPlaces = false;
  score = -1;
  cut = 0;
  missingLeft = false;

  private readonly sums: Int32Array;
  /** Weight of each class in the node, on the left side, and among missing rows. */
  private readonly node: Float64Array;
  private readonly left: Float64Array;
  private readonly missing: Float64Array;
  private total = 0;
  private majority = 0;

  constructor(
    private readonly labels: Uint8Array,
    private readonly weights: Float64Array,
    rows: number,
    bins: number,
  ) {
    const classes = weights.length;
    this.stride = classes;
    this.payload = new Int32Array(rows);
    this.sums = new Int32Array(classes * bins);
    this.node = new Float64Array(classes);
    this.left = new Float64Array(classes);
    this.missing = new Float64Array(classes);
  }

  fill(rows: Int32Array, count: number, drawn: Uint8Array): void {
    for (let at = 0; at < count; at += 1) {
      const row = rows[at]!;
      this.payload[at] = (this.labels[row]! << CLASS_SHIFT) | drawn[row]!;
    }
  }

  enter(start: number, end: number): boolean {
    const { payload, node, weights, stride } = this;
    node.fill(0);
    for (let at = start; at < end; at += 1) {
      const label = payload[at]! >> CLASS_SHIFT;
      node[label] = node[label]! + (payload[at]! & DRAWN_MASK);
    }
    let present = 0;
    this.total = 0;
    this.majority = 0;
    for (let label = 0; label < stride; label += 1) {
      if (node[label]! > 0) present += 1;
      node[label] = node[label]! * weights[label]!;
      this.total += node[label]!;
      if (node[label]! > node[this.majority]!) this.majority = label;
    }
    return present === 1;
  }

  writeLeaf(values: Float32Array, at: number): void {
    for (let label = 0; label < this.stride; label += 1) {
      values[at + label] = this.node[label]! / this.total;
    }
  }

  clearMissing(): void {
    this.missing.fill(0);
  }

  addMissing(payload: number): void {
    const label = payload >> CLASS_SHIFT;
    this.missing[label] = this.missing[label]! + (payload & DRAWN_MASK) * this.weights[label]!;
  }

  scanSorted(scan: SortedScan): void {
    this.score = -1;
    this.scanKeys(scan, false);
    if (scan.missing > 0) this.scanKeys(scan, true);
  }

  private scanKeys({ keys, count, missing, minRows }: SortedScan, missingLeft: boolean): void {
    const { left, node, weights, total, stride } = this;
    let leftTotal = 0;
    let leftSquares = 0;
    let rightSquares = 0;
    for (let label = 0; label < stride; label += 1) {
      const start = missingLeft ? this.missing[label]! : 0;
      left[label] = start;
      leftTotal += start;
      leftSquares += start * start;
      rightSquares += (node[label]! - start) * (node[label]! - start);
    }
    const before = missingLeft ? missing : 0;
    const all = count + missing;
    const last = missing > 0 && !missingLeft ? count : count - 1;
    for (let at = 0; at < last; at += 1) {
      const key = keys[at]!;
      const label = (key & 0xffff) >> CLASS_SHIFT;
      const weight = (key & DRAWN_MASK) * weights[label]!;
      // What moving the row adds to one sum of squares and takes from the other, whatever the classes' number.
      leftSquares += weight * (2 * left[label]! + weight);
      rightSquares -= weight * (2 * (node[label]! - left[label]!) - weight);
      left[label] = left[label]! + weight;
      leftTotal += weight;
      if (at + 1 < count && key >> 16 === keys[at + 1]! >> 16) continue;
      const rows = before + at + 1;
      if (rows < minRows || all - rows < minRows) continue;
      const score = leftSquares / leftTotal + rightSquares / (total - leftTotal);
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
    const { sums, stride } = this;
    sums.fill(0, 0, stride * bins);
    for (let at = 0; at < count; at += 1) {
      const one = payload[base + at]!;
      const place = ((codes[at]! - lowest) >> shift) * stride + (one >> CLASS_SHIFT);
      sums[place] = sums[place]! + (one & DRAWN_MASK);
    }
  }

  /** The share of the node's commonest class stands for the mean: exact for two classes, a heuristic for more. */
  meanOf(bin: number): number {
    const { stride, sums, weights, node, total, majority } = this;
    let all = 0;
    for (let label = 0; label < stride; label += 1) {
      all += sums[bin * stride + label]! * weights[label]!;
    }
    const own = sums[bin * stride + majority]! * weights[majority]!;
    return (own + (SMOOTHING * node[majority]!) / total) / (all + SMOOTHING);
  }

  scanHistogram(scan: HistogramScan): void {
    this.score = -1;
    this.scanBins(scan, false);
    if (scan.missing > 0) this.scanBins(scan, true);
  }

  private scanBins(scan: HistogramScan, missingLeft: boolean): void {
    const { left, node, weights, sums, stride, total } = this;
    const { bins, missing, minRows, rowsOfBin } = scan;
    let leftTotal = 0;
    for (let label = 0; label < stride; label += 1) {
      left[label] = missingLeft ? this.missing[label]! : 0;
      leftTotal += left[label]!;
    }
    let rows = missingLeft ? missing : 0;
    const all = scan.count + missing;
    const last = missing > 0 && !missingLeft ? bins : bins - 1;
    for (let bin = 0; bin < last; bin += 1) {
      let leftSquares = 0;
      let rightSquares = 0;
      const before = leftTotal;
      for (let label = 0; label < stride; label += 1) {
        const count = sums[bin * stride + label]!;
        if (count > 0) {
          left[label] = left[label]! + count * weights[label]!;
          leftTotal += count * weights[label]!;
        }
        const here = left[label]!;
        const there = node[label]! - here;
        leftSquares += here * here;
        rightSquares += there * there;
      }
      if (leftTotal === before) continue;
      if (minRows > 1) {
        rows += rowsOfBin[bin]!;
        if (rows < minRows) continue;
        if (all - rows < minRows) break;
      }
      const score = leftSquares / leftTotal + rightSquares / (total - leftTotal);
      if (score > this.score) {
        this.score = score;
        this.cut = bin;
        this.missingLeft = missingLeft;
      }
    }
  }
}
