import { studentTail } from '../statistics/tails';
import { clear, type Column, type SlotRange } from './columns';
import { ScoreTail, type SavedTail } from './score-tail';

const WARM_UP = 30;
/** A window of fewer values says nothing of its series. */
const LEAST_VALUES = 5;
const SLOWEST_LEVEL = 0.1;
const SLOWEST_SPREAD = 1 / 50;
const CLIPPED = 3;
/** Pooled errors of all series tell their tails once there are so many. */
const POOLED = 200;
/** A window's variance counts as no less than that part of the usual one. */
const NO_VARIANCE = 1e-6;
/** Level and spread. */
const STATISTICS = 2;

/** One series' window that left its own baseline. */
export interface SeriesShift {
  readonly slot: number;
  readonly field: number;
  readonly statistic: 'level' | 'spread';
  readonly observed: number;
  readonly expected: number;
  readonly off: number;
  /** Uncorrected. */
  readonly pValue: number;
  /** It has lasted for so long that it is the level from now on. */
  readonly moved: boolean;
}

/**
 * Each series' mean and variance by window, against the same series' earlier windows. What a series' windows differ by is
 * learned per series; how heavy the tails of that are, from all series together, for that no single one has windows enough.
 */
export class SeriesLevels {
  /** What is known of each series. */
  readonly columns: readonly Column[];
  private readonly counts: Float64Array;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;
  private readonly levels: Float64Array;
  private readonly errors: Float64Array;
  private readonly usual: Float64Array;
  private readonly windows: Uint32Array;
  private readonly runs: Uint32Array;
  private readonly tails = [new ScoreTail(1e-4), new ScoreTail(1e-4)] as const;
  private touched: number[] = [];

  constructor(
    slots: number,
    private readonly fields: number,
    /** After so many windows in a row that stand out theirs is the new level. */
    private readonly relearnAfter: number,
  ) {
    const size = slots * fields;
    this.counts = new Float64Array(size);
    this.means = new Float64Array(size);
    this.squares = new Float64Array(size);
    this.usual = new Float64Array(size);
    this.levels = new Float64Array(size * STATISTICS);
    this.errors = new Float64Array(size * STATISTICS);
    this.windows = new Uint32Array(size * STATISTICS);
    this.runs = new Uint32Array(size * STATISTICS);
    const ofFields = [this.counts, this.means, this.squares, this.usual];
    const ofStatistics = [this.levels, this.errors, this.windows, this.runs];
    this.columns = [
      ...ofFields.map(values => ({ values, width: fields })),
      ...ofStatistics.map(values => ({ values, width: fields * STATISTICS })),
    ];
  }

  /** The series that have rows in the window that is open. */
  get open(): ReadonlySet<number> {
    return new Set(this.touched.map(at => Math.floor(at / this.fields)));
  }

  saveTails(): readonly SavedTail[] {
    return this.tails.map(tail => tail.save());
  }

  restoreTails(saved: readonly SavedTail[]): void {
    this.tails.forEach((tail, kind) => tail.restore(saved[kind]!));
  }

  /** The columns of these slots are others. */
  restored({ from, to }: SlotRange): void {
    const { fields, counts } = this;
    const [begin, end] = [from * fields, to * fields];
    this.touched = this.touched.filter(at => at < begin || at >= end);
    for (let at = begin; at < end; at++) if (counts[at]! > 0) this.touched.push(at);
  }

  add(slot: number, field: number, value: number): void {
    const at = slot * this.fields + field;
    const count = ++this.counts[at]!;
    if (count === 1) this.touched.push(at);
    const before = value - this.means[at]!;
    this.means[at]! += before / count;
    this.squares[at]! += before * (value - this.means[at]!);
  }

  forget(slot: number): void {
    clear(this.columns, slot);
  }

  /**
   * Ends a window.
   *
   * @param rate - the share of windows of good data that may have any shift.
   */
  close(rate: number): SeriesShift[] {
    const touched = this.touched.splice(0);
    const each = rate / Math.max(1, touched.length * STATISTICS);
    const shifts: SeriesShift[] = [];
    for (const at of touched) {
      const count = this.counts[at]!;
      const mean = this.means[at]!;
      const variance = count > 1 ? this.squares[at]! / (count - 1) : 0;
      this.counts[at] = 0;
      this.means[at] = 0;
      this.squares[at] = 0;
      if (count < LEAST_VALUES) continue;
      const usual = this.usual[at]!;
      this.settle(at, 'level', mean, variance / count, each, shifts);
      if (usual > 0) {
        const spread = Math.log(variance / usual + NO_VARIANCE);
        this.settle(at, 'spread', spread, 2 / count, each, shifts);
      }
      const shifted = shifts.at(-1);
      const own =
        shifted?.slot === Math.floor(at / this.fields) && shifted.field === at % this.fields;
      const known = this.windows[at * STATISTICS]!;
      if (!own)
        this.usual[at]! += Math.max(1 / Math.max(1, known), SLOWEST_LEVEL) * (variance - usual);
    }
    return shifts;
  }

  private settle(
    at: number,
    statistic: SeriesShift['statistic'],
    value: number,
    sampling: number,
    rate: number,
    shifts: SeriesShift[],
  ): void {
    const kind = statistic === 'level' ? 0 : 1;
    const own = at * STATISTICS + kind;
    const known = this.windows[own]!;
    const expected = this.levels[own]!;
    const deviation = Math.sqrt(Math.max(this.errors[own]!, sampling, Number.MIN_VALUE));
    const off = known === 0 ? 0 : (value - expected) / deviation;
    let learned = value;
    if (known >= WARM_UP) {
      const degrees = Math.min(known, 1 / SLOWEST_SPREAD) - 1;
      const tail = this.tails[kind];
      const pooled = tail.seen >= POOLED ? tail.tail(Math.abs(off)) : 0;
      const pValue = Math.max(2 * studentTail(Math.abs(off), degrees), pooled);
      if (pValue < rate) {
        const run = ++this.runs[own]!;
        const moved = run >= this.relearnAfter;
        shifts.push({
          slot: Math.floor(at / this.fields),
          field: at % this.fields,
          statistic,
          observed: value,
          expected,
          off,
          pValue,
          moved,
        });
        if (moved) {
          this.runs[own] = 0;
          this.windows[own] = 1;
          this.levels[own] = value;
          return;
        }
        if (run > 1) return;
        learned = expected + Math.sign(off) * CLIPPED * deviation;
      } else {
        this.runs[own] = 0;
        tail.add(Math.abs(off));
      }
    }
    this.windows[own] = known + 1;
    const error = learned - expected;
    if (known > 0) {
      // The first errors also hold what wasn't known of the level.
      const square = error * error * (known / (known + 1));
      this.errors[own]! += Math.max(1 / known, SLOWEST_SPREAD) * (square - this.errors[own]!);
    }
    this.levels[own]! += Math.max(1 / (known + 1), SLOWEST_LEVEL) * error;
  }
}
