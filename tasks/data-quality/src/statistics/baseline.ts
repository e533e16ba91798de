import type { Field, StreamContract } from '../contract';
import { ByteReader, ByteWriter } from '../summary/bytes';
import type { WindowSummary } from '../summary/window-summary';
import { Calendar } from './calendar';
import type { Finding } from './finding';
import { Level } from './level';
import { CategoryPart } from './parts/categories';
import { DistinctPart } from './parts/distinct';
import { NumberPart } from './parts/numbers';
import {
  type Learned,
  type Lesson,
  type Part,
  REFERENCE_WINDOWS,
  type Verdict,
  WARM_UP,
  type Window,
} from './parts/part';
import { RatePart } from './parts/rates';
import { VolumePart } from './parts/volume';
import { Rate } from './rate';
import { deviateOf, holm } from './tails';

const FORMAT = 1;
/** Below this part of the declared rate a finding is critical. */
const CRITICAL = 1e-3;
/** What the checks of single series have of the declared rate, where there are series. */
export const SERIES_SHARE = 0.2;
/** What the share of bad rows has of it, where some may be bad. */
export const BAD_ROWS_SHARE = 0.1;

/** What the checks of a numeric field are called in findings. */
const NUMBER_CHECKS: ReadonlySet<string> = new Set(['mean', 'distribution', 'range']);

/** A closed window of history. @public */
export interface ClosedWindow {
  readonly summary: WindowSummary;
  readonly startMs: number;
}

interface Evaluation {
  readonly findings: readonly Finding[];
  /** Which checks found fault. */
  readonly flagged: ReadonlySet<string>;
}

/**
 * What is learned of a data set from its closed windows, and judges the next one. No more than the contract's
 * `falseAlarms` of the windows of good data raise any finding: each check's p-value takes in how far good windows were
 * apart so far, and Holm's method corrects for their number.
 *
 * The order of use is judge, then observe, for each window. A window that a check finds fault with doesn't teach that
 * check (the first one of a row a little, for it may be the tail of good data); after so many in a row (the contract's
 * `relearnAfter`), or when a person accepts it, their level is the new one. No rows at all never are, unless accepted.
 *
 * @public
 */
export class Baseline {
  private windows = 0;
  private isFrozen = false;
  private readonly calendar: Calendar;
  private readonly parts: Map<string, Part>;
  /** How many windows in a row each check has found fault with. */
  private readonly runs = new Map<string, number>();
  private readonly accepted = new Set<string>();
  private readonly cells = new Set<number>();
  /** Of the window judged last, so that observing it doesn't judge it again. */
  private last:
    (Evaluation & { summary: WindowSummary; rows: number; startMs: number }) | undefined;

  private constructor(
    readonly contract: StreamContract,
    decode?: ReadonlyMap<string, Buffer>,
  ) {
    this.calendar = new Calendar(contract);
    this.parts = partsOf(contract, this.calendar.cells, decode);
  }

  static empty(contract: StreamContract): Baseline {
    return new Baseline(contract);
  }

  /** False until enough windows were learned; until then no window has findings. */
  get warm(): boolean {
    return this.windows >= WARM_UP + REFERENCE_WINDOWS && this.seasoned;
  }

  private get seasoned(): boolean {
    return this.cells.size >= this.calendar.reachable;
  }

  /** How many windows it has learned from. */
  get learned(): number {
    return this.windows;
  }

  get frozen(): boolean {
    return this.isFrozen;
  }

  /** From now on windows are judged, but teach nothing. */
  freeze(): void {
    this.isFrozen = true;
  }

  thaw(): void {
    this.isFrozen = false;
  }

  /** Takes the level that a check finds fault with for the new one, from the next window on. */
  accept(check: Finding['check'], field?: string): void {
    for (const [name, part] of this.parts) {
      const [of] = name.split(':');
      const fits = field === undefined || name === `${of}:${field}`;
      const covers = of === check || (of === 'number' && NUMBER_CHECKS.has(check));
      if (fits && covers) for (const key of part.keys) this.accepted.add(`${name}/${key}`);
    }
  }

  /** Learns windows of history in the order of time, the same way as it would have live. */
  learn(windows: Iterable<ClosedWindow>): void {
    for (const { summary, startMs } of windows) this.observe(summary, startMs);
  }

  /** What is unusual about a window, also one without rows; nothing while it isn't warm. */
  judge(summary: WindowSummary, startMs: number): readonly Finding[] {
    return this.evaluate(summary, startMs).findings;
  }

  /**
   * Learns a closed window. Judge it before.
   *
   * @returns what is taken for the level from now on, although its check has found fault with it.
   */
  observe(summary: WindowSummary, startMs: number): readonly Pick<Finding, 'check' | 'field'>[] {
    if (this.isFrozen) return [];
    const { flagged } = this.evaluate(summary, startMs);
    this.last = undefined;
    const window = this.windowOf(summary, startMs);
    const moved: Pick<Finding, 'check' | 'field'>[] = [];
    for (const [name, part] of this.parts) {
      const [, ...field] = name.split(':');
      const checks = part.learn(window, key => this.lesson(`${name}/${key}`, flagged, window));
      for (const check of checks) {
        moved.push(field.length === 0 ? { check } : { check, field: field.join(':') });
      }
      for (const key of part.keys) this.countRun(`${name}/${key}`, flagged, window);
    }
    this.cells.add(window.cell);
    this.windows++;
    return moved;
  }

  /** What it expects of a window of a time, check by check. */
  describe(startMs: number): readonly Learned[] {
    const cell = this.calendar.cellOf(startMs);
    return [...this.parts.values()].flatMap(part => part.describe(cell));
  }

  encode(): Buffer {
    const to = new ByteWriter();
    to.whole(FORMAT);
    to.whole(this.windows);
    to.whole(this.isFrozen ? 1 : 0);
    to.whole(this.calendar.cells);
    to.whole(this.cells.size);
    for (const cell of [...this.cells].sort((one, other) => one - other)) to.whole(cell);
    const runs = [...this.runs].sort(([one], [other]) => (one < other ? -1 : 1));
    to.whole(runs.length);
    for (const [key, run] of runs) {
      to.text(key);
      to.whole(run);
    }
    const accepted = [...this.accepted].sort();
    to.whole(accepted.length);
    for (const key of accepted) to.text(key);
    to.whole(this.parts.size);
    for (const [name, part] of this.parts) {
      to.text(name);
      const bytes = new ByteWriter();
      part.encode(bytes);
      to.block(bytes.end());
    }
    return to.end();
  }

  /**
   * Reads a baseline. The contract may have changed since: what is new in it is learned from the beginning.
   *
   * @throws RangeError when the bytes aren't a baseline of this format.
   */
  static decode(contract: StreamContract, buffer: Buffer): Baseline {
    const from = new ByteReader(buffer);
    const format = from.whole();
    if (format !== FORMAT) throw new RangeError(`A baseline of format ${format}, not ${FORMAT}`);
    const windows = from.whole();
    const frozen = from.whole() === 1;
    const season = from.whole();
    const cells = times(from.whole(), () => from.whole());
    const runs = times(from.whole(), (): [string, number] => [from.text(), from.whole()]);
    const accepted = times(from.whole(), () => from.text());
    const parts = new Map(times(from.whole(), (): [string, Buffer] => [from.text(), from.block()]));
    const baseline = new Baseline(contract, parts);
    baseline.windows = windows;
    baseline.isFrozen = frozen;
    if (season === baseline.calendar.cells) for (const cell of cells) baseline.cells.add(cell);
    for (const [key, run] of runs) baseline.runs.set(key, run);
    for (const key of accepted) baseline.accepted.add(key);
    return baseline;
  }

  /** The same; undefined where it is none: what was kept by another version or sent by a person must not end who reads it. */
  static read(contract: StreamContract, buffer: Buffer): Baseline | undefined {
    try {
      return Baseline.decode(contract, buffer);
    } catch (error) {
      if ((error as Error).name === 'RangeError') return undefined;
      throw error;
    }
  }

  private evaluate(summary: WindowSummary, startMs: number): Evaluation {
    const { last } = this;
    const same =
      last?.summary === summary && last.rows === summary.rows && last.startMs === startMs;
    if (last && same) return last;
    const evaluation = this.warm
      ? this.evaluateWarm(this.windowOf(summary, startMs))
      : { findings: [], flagged: new Set<string>() };
    this.last = { ...evaluation, summary, rows: summary.rows, startMs };
    return this.last;
  }

  private evaluateWarm(window: Window): Evaluation {
    const verdicts: { name: string; verdict: Verdict }[] = [];
    let checks = 0;
    for (const [part, each] of this.parts) {
      checks += each.keys.length;
      for (const verdict of each.judge(window)) {
        verdicts.push({ name: `${part}/${verdict.key}`, verdict });
      }
    }
    const rate = this.rate;
    const adjusted = holm(
      verdicts.map(({ verdict }) => verdict.pValue),
      checks,
    );
    const flagged = new Set<string>();
    const findings: Finding[] = [];
    verdicts.forEach(({ name, verdict }, at) => {
      const pValue = adjusted[at]!;
      if (!(pValue < rate)) return;
      flagged.add(name);
      findings.push({
        check: verdict.check,
        ...(verdict.field === undefined ? {} : { field: verdict.field }),
        observed: verdict.observed,
        expected: verdict.expected,
        statistic: deviateOf(verdict.pValue),
        pValue,
        ...(verdict.values ? { values: verdict.values() } : {}),
        words: verdict.words(),
        severity: pValue < rate * CRITICAL ? 'critical' : 'warning',
      });
    });
    findings.sort((one, other) => one.pValue - other.pValue);
    return { findings, flagged };
  }

  /** Series, and the share of bad rows where some may be, have a part of the declared rate to themselves. */
  private get rate(): number {
    const { falseAlarms, series, allowedBad } = this.contract;
    const taken = (series.length > 0 ? SERIES_SHARE : 0) + (allowedBad > 0 ? BAD_ROWS_SHARE : 0);
    return falseAlarms * (1 - taken);
  }

  private lesson(key: string, flagged: Evaluation['flagged'], { summary }: Window): Lesson {
    if (!flagged.has(key)) return 'whole';
    const run = (this.runs.get(key) ?? 0) + 1;
    const { relearnAfter = Number.POSITIVE_INFINITY } = this.contract;
    const lasts = summary.rows > 0 && run >= relearnAfter;
    if (this.accepted.has(key) || lasts) return 'move';
    return run === 1 ? 'clipped' : 'aside';
  }

  private countRun(key: string, flagged: Evaluation['flagged'], window: Window): void {
    const lesson = this.lesson(key, flagged, window);
    // What was accepted is the level of the next window, not of any later one.
    this.accepted.delete(key);
    const before = this.runs.get(key) ?? 0;
    if (lesson === 'move' || !flagged.has(key)) this.runs.delete(key);
    // Data that stopped hasn't got a new level, however long it stays away.
    else this.runs.set(key, window.summary.rows === 0 ? Math.max(1, before) : before + 1);
  }

  private windowOf(summary: WindowSummary, startMs: number): Window {
    return { summary, cell: this.calendar.cellOf(startMs), seasoned: this.seasoned };
  }
}

/** The checks of a contract, by name; `decode`: what was learned of them. */
function partsOf(
  contract: StreamContract,
  cells: number,
  decode?: ReadonlyMap<string, Buffer>,
): Map<string, Part> {
  const parts = new Map<string, Part>();
  const put = (name: string, read: (from: ByteReader) => Part, empty: () => Part): void => {
    const bytes = decode?.get(name);
    parts.set(name, bytes ? read(new ByteReader(bytes)) : empty());
  };
  const rate = (kind: 'null-rate' | 'anomalies', field: string): void =>
    put(
      `${kind}:${field}`,
      from => RatePart.decode(kind, field, cells, from),
      () => new RatePart(kind, field, new Rate(new Level({ cells }))),
    );
  put(
    'volume',
    from => VolumePart.decode(cells, from),
    () => new VolumePart(new Level({ cells })),
  );
  for (const field of contract.fields) {
    const { name } = field;
    const redacted = contract.redact.includes(name);
    rate('null-rate', name);
    put(
      `distinct:${name}`,
      from => DistinctPart.decode(name, cells, from),
      () => new DistinctPart(name, new Level({ cells })),
    );
    if (field.kind === 'number') {
      rate('anomalies', name);
      const options = { field: name, cells, redacted };
      put(
        `number:${name}`,
        from => NumberPart.decode(options, from),
        () => new NumberPart(options),
      );
    } else if (hasCategories(field)) {
      const options = { field: name, redacted };
      put(
        `categories:${name}`,
        from => CategoryPart.decode(options, from),
        () => new CategoryPart(options),
      );
    }
  }
  return parts;
}

function hasCategories({ kind }: Field): boolean {
  return kind === 'category' || kind === 'boolean' || kind === 'text';
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
