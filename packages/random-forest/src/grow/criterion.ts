/**
 * How good a split is, for one kind of target. A search hands it a node's rows by position, then asks for
 * the best cut of one feature after the other. It is written for speed: state lives in typed arrays, and the
 * winner of a scan in the three fields.
 */
export interface Criterion {
  /** Numbers a leaf holds. */
  readonly stride: number;
  /**
   * What each row of the tree brings: for classes `class << 8 | times drawn`, for regression the row's number
   * in the bag `<< 8 | times drawn`. The tree moves it along with its row.
   */
  readonly payload: Int32Array;
  /** A sorted key holds the row's place instead of its payload. */
  readonly keysHoldPlaces: boolean;
  /** Score of the last scan's best cut; below 0 when there was none. The higher the better. */
  score: number;
  /** Where that cut is: the last bin, or the last place in the order of keys, on the left side. */
  cut: number;
  /** Rows with a missing value go left. */
  missingLeft: boolean;

  /** Puts the rows that were drawn, with how often, into {@link payload}. */
  fill(rows: Int32Array, count: number, drawn: Uint8Array): void;
  /** Takes a node's rows; true when they are all alike. */
  enter(start: number, end: number): boolean;
  /** Writes the values of a leaf that holds the entered rows. */
  writeLeaf(values: Float32Array, at: number): void;

  clearMissing(): void;
  addMissing(payload: number): void;

  /** Best cut between keys `code << 16 | …` in ascending order. See {@link SortedScan}. */
  scanSorted(scan: SortedScan): void;
  /** Sums rows by bin; `codes` and `payload` from `base` on belong together. */
  histogram(
    codes: Uint16Array,
    payload: Int32Array,
    base: number,
    count: number,
    lowest: number,
    shift: number,
    bins: number,
  ): void;
  /**
   * The mean target of a bin of the histogram, drawn to the node's by {@link SMOOTHING}: what categories are
   * ordered by.
   */
  meanOf(bin: number): number;
  /** Best cut between bins. See {@link HistogramScan}. */
  scanHistogram(scan: HistogramScan): void;
}

/** What a scan of sorted keys works on. One object, used again and again. */
export interface SortedScan {
  /** `code << 16 |` the payload (classes) or the place in `payload` from `base` on (regression). */
  keys: Int32Array;
  count: number;
  payload: Int32Array;
  base: number;
  /** Rows with a missing value. */
  missing: number;
  /** Rows that a side needs. */
  minRows: number;
}

/** What a scan of a histogram works on. */
export interface HistogramScan {
  bins: number;
  /** Rows of each bin; counted only when `minRows` is over 1. */
  rowsOfBin: Int32Array;
  /** Rows in all bins. */
  count: number;
  /** Rows with a missing value. */
  missing: number;
  /** Rows that a side needs. */
  minRows: number;
}

/** Times a row was drawn, in a payload. */
export const DRAWN_MASK = 0xff;
/** Where the class begins in a payload. */
export const CLASS_SHIFT = 8;

/** Rows of the node's mean target that a category's is mixed with, so that rare ones aren't at the ends. */
export const SMOOTHING = 10;
