import { hash } from 'node:crypto';
import { seededRandom } from '@dolphinstage/common';
import { hidesSeries, type StreamContract } from '../contract';
import { SERIES_SHARE } from '../statistics/baseline';
import { Calendar } from '../statistics/calendar';
import type { Finding } from '../statistics/finding';
import { figure } from '../statistics/parts/words';
import { deviateOf } from '../statistics/tails';
import { GREATEST } from '../summary/quantile-sketch';
import { HalfSpaceTrees } from './half-space-trees';
import { FORMAT, Pieces, type AnomaliesPiece } from './pieces';
import { RobustLevels } from './robust-levels';
import { ScoreTail } from './score-tail';
import { SeriesLevels, type SeriesShift } from './series-levels';
import { SeriesSlots } from './series-slots';

const RATE = 0.001;
const SERIES = 10_000;
const SEED = 1;
const CRITICAL = 1e-3;
/** Nobody can accept a series' level: where a contract has none learned anew, it is after so many windows. */
const SERIES_RELEARN = 60;
/** So many findings that nobody has taken are saved. */
const MOST_FOUND = 100;
/** How far windows have come. */
interface Progress {
  /** The start of the window that rows belong to. */
  readonly window: number | undefined;
  /** What nobody has taken yet. */
  readonly found: readonly SeriesFinding[];
}

/** A row that stands out from what its series sends. @public */
export interface RowAnomaly {
  /** The fields that stand out: those with a high robust z-score, or all numeric ones by the half-space trees. */
  readonly fields: readonly string[];
  readonly by: 'z-score' | 'half-space-trees';
  /** In numbers of the threshold, which good rows exceed at the declared rate: above 1. */
  readonly score: number;
}

/** What a window that is over has shown of one series. @public */
export interface SeriesFinding {
  /** When the window begins, in ms since 1970. */
  readonly start: number;
  readonly finding: Finding;
}

/** @public */
export interface RowAnomaliesOptions {
  /** The share of good rows that may stand out. Default: 0.001. */
  readonly rate?: number;
  /** How many series are kept; then those not seen lately make room. Default: 10,000. */
  readonly series?: number;
  /** How many replicas share the data set's series, and with them the declared rate of alarms. Default: 1. */
  readonly replicas?: number;
  /** Of the trees' random halvings. Default: 1. */
  readonly seed?: number;
}

/**
 * Finds rows that stand out, per series and over several fields at once. A row alone is no alert: count it by
 * {@link WindowSummary.addAnomaly}, and the baseline says when a window has too many. It takes 30 rows of a series and 1,000 in all to
 * learn, and 30 windows of a series for their levels; what is learned is kept by {@link RowAnomalies.save}.
 *
 * @public
 */
export class RowAnomalies {
  /** Changes with what pieces depend on: those of other rules are no use. */
  readonly rules: string;
  /** Whether series may be named to nobody. */
  private readonly hidden: boolean;
  private readonly names: readonly string[];
  private readonly slots: SeriesSlots;
  private readonly levels: RobustLevels;
  private readonly shifts: SeriesLevels | undefined;
  private readonly tails: readonly ScoreTail[];
  private readonly trees: HalfSpaceTrees | undefined;
  private readonly treesTail: ScoreTail;
  private readonly calendar: Calendar;
  private readonly point: Float64Array;
  private readonly windowRate: number;
  private readonly pieces: Pieces<Progress>;
  /** The start of the window that rows belong to. */
  private window: number | undefined;
  /** Whether the next row belongs to a window that is over. */
  private late = false;
  private found: SeriesFinding[] = [];

  constructor(
    readonly contract: StreamContract,
    options: RowAnomaliesOptions = {},
  ) {
    const { rate = RATE, series = SERIES, replicas = 1, seed = SEED } = options;
    this.names = contract.fields.filter(({ kind }) => kind === 'number').map(({ name }) => name);
    const fields = this.names.length;
    this.calendar = new Calendar(contract);
    this.slots = new SeriesSlots(series, slot => {
      this.levels.forget(slot);
      this.shifts?.forget(slot);
    });
    this.levels = new RobustLevels({ slots: series, fields, cells: this.calendar.cells });
    if (contract.series.length > 0) {
      this.shifts = new SeriesLevels(series, fields, contract.relearnAfter ?? SERIES_RELEARN);
    }
    // Each detector has an equal part of the rate.
    const each = rate / (fields > 1 ? fields + 1 : Math.max(1, fields));
    this.tails = this.names.map(() => new ScoreTail(each));
    this.treesTail = new ScoreTail(each);
    if (fields > 1)
      this.trees = new HalfSpaceTrees({ dimensions: fields, random: seededRandom(seed) });
    this.hidden = hidesSeries(contract);
    this.rules = hash(
      'sha256',
      JSON.stringify([
        FORMAT,
        this.names,
        contract.series,
        this.hidden,
        contract.season,
        contract.windowSeconds,
        seed,
      ]),
      'base64url',
    );
    this.point = new Float64Array(fields);
    this.windowRate = (contract.falseAlarms * SERIES_SHARE) / replicas;
    const { slots, levels, shifts, tails, trees, treesTail } = this;
    this.pieces = new Pieces(
      { slots, levels, shifts, tails, trees, treesTail },
      this.calendar.cells,
    );
  }

  /**
   * Says which window the next rows belong to. The one before is over with it; rows that come for it afterwards say nothing of series.
   *
   * @param start - in ms since 1970.
   * @param judged - true where somebody has judged the window before already.
   */
  turnTo(start: number, judged = false): void {
    const { window } = this;
    this.late = window !== undefined && start < window;
    if (start === window || this.late) return;
    if (window !== undefined) this.end(window, judged);
    this.window = start;
  }

  /**
   * What windows have shown that are over, each told once.
   *
   * @param until - no row from before is missing any more, in ms since 1970.
   * @param length - of a window, in ms.
   */
  take(until: number, length: number): readonly SeriesFinding[] {
    const { window } = this;
    if (window !== undefined && window + length <= until) {
      this.end(window, false);
      this.window = window + length;
    }
    const over = this.found.filter(({ start }) => start + length <= until);
    if (over.length > 0) this.found = this.found.filter(({ start }) => start + length > until);
    return over;
  }

  private end(start: number, judged: boolean): void {
    const findings = this.closeWindow();
    if (!judged) this.found.push(...findings.map(finding => ({ start, finding })));
  }

  /**
   * Scores a row by the rows before it, and learns it.
   *
   * @param series - whose it is: the values of the contract's series fields, as one text.
   * @returns undefined for a row as usual, and while its series warms up.
   */
  score(
    row: Readonly<Record<string, unknown>>,
    series: string,
    timestampMs: number,
  ): RowAnomaly | undefined {
    const { names, point, tails } = this;
    if (names.length === 0) return undefined;
    const slot = this.slots.slotOf(series);
    const cell = this.calendar.cellOf(timestampMs);
    let fields: string[] | undefined;
    let most = 0;
    let whole = true;
    for (let at = 0; at < names.length; at++) {
      const value = row[names[at]!];
      if (typeof value !== 'number' || !(Math.abs(value) <= GREATEST)) {
        whole = false;
        continue;
      }
      if (!this.late) this.shifts?.add(slot, at, value);
      const off = this.levels.score(slot, at, cell, value);
      if (Number.isNaN(off)) {
        whole = false;
        continue;
      }
      const size = Math.abs(off);
      // The cube of the trees, with the middle half of the deviations in its middle.
      point[at] = 0.5 + (0.5 * off) / (2 + size);
      const tail = tails[at]!;
      const { threshold } = tail;
      if (!tail.add(size)) continue;
      fields ??= [];
      fields.push(names[at]!);
      most = Math.max(most, size / threshold);
    }
    const odd = whole && this.trees ? this.odd(this.trees) : 0;
    if (fields) return { fields, by: 'z-score', score: most };
    return odd > 0 ? { fields: names, by: 'half-space-trees', score: odd } : undefined;
  }

  /**
   * Ends a window: the series whose level or spread left what they themselves had before, corrected for their number.
   * Nothing for a contract without series.
   */
  closeWindow(): readonly Finding[] {
    for (const slot of this.shifts?.open ?? []) this.slots.touch(slot);
    const shifts = this.shifts?.close(this.windowRate) ?? [];
    return shifts.map(shift => this.findingOf(shift));
  }

  /** The pieces of what was learned that have changed since this was asked. They replace those of the same names. */
  save(): AnomaliesPiece[] {
    const { window, found } = this;
    return this.pieces.save({ window, found: found.slice(0, MOST_FOUND) });
  }

  /**
   * Takes in a piece that another process has saved, by the same {@link RowAnomalies.rules}, before any row.
   *
   * @returns false where it can't be read, as what a newer Node has written.
   */
  restore(piece: AnomaliesPiece): boolean {
    return this.pieces.restore(piece, ({ window, found }) => {
      this.window = window;
      this.found = [...found];
    });
  }

  private odd(trees: HalfSpaceTrees): number {
    const { warm } = trees;
    const score = trees.score(this.point);
    if (!warm) return 0;
    const { threshold } = this.treesTail;
    return this.treesTail.add(score) ? score / threshold : 0;
  }

  private findingOf({
    slot,
    field,
    statistic,
    observed,
    expected,
    off,
    pValue,
    moved,
  }: SeriesShift): Finding {
    const { contract } = this;
    const name = this.names[field]!;
    const who = this.hidden ? 'One series' : `Series ${this.slots.nameOf(slot)}`;
    const corrected = Math.min(1, pValue * this.slots.size * this.names.length * 2);
    const [seen, wanted] =
      statistic === 'level'
        ? [observed, expected]
        : [Math.exp(observed / 2), Math.exp(expected / 2)];
    const redacted = contract.redact.includes(name);
    const words = {
      level: redacted
        ? `the mean is off by ${figure(off)} deviations`
        : `the mean is ${figure(seen)}; ${figure(wanted)} was expected`,
      spread: `the standard deviation is ${figure(seen)} times the usual one; ${figure(wanted)} times was expected`,
    }[statistic];
    return {
      check: 'series',
      field: name,
      ...(this.hidden ? {} : { series: this.slots.nameOf(slot) }),
      observed: redacted && statistic === 'level' ? off : seen,
      expected: redacted && statistic === 'level' ? 0 : wanted,
      statistic: deviateOf(pValue),
      pValue: corrected,
      words: `${who}, ${name}: ${words}.`,
      severity: pValue < this.windowRate * CRITICAL ? 'critical' : 'warning',
      ...(moved ? { moved } : {}),
    };
  }
}
