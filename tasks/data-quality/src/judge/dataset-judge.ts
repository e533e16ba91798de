import type {
  DatasetDelta,
  DeltaRecord,
  ExampleRow,
  FaultCount,
  WindowDelta,
} from '../check/delta';
import type { StreamContract } from '../contract';
import { BAD_ROWS_SHARE, Baseline } from '../statistics/baseline';
import { rateTail } from '../statistics/tails';
import type { Finding } from '../statistics/finding';
import { eventOf, type Alert, type AlertData, type AlertEvent, type Raised } from './alert';
import type { JudgeCommand } from './command';
import type { DatasetState, KeptDataset } from './kept-dataset';
import { OpenAlerts } from './open-alerts';
import { Progress } from './progress';
import { byField, Window, type FaultKind } from './window';

/** So much of windows may wait for partitions that lag, as the state keeps them. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;
/** A longer gap without any row is left out, in windows. */
const LONGEST_GAP = 1_500;
const STOPPED = 'stopped';

/** A closed window of a data set, as it stands on `quality-scores`. @public */
export interface WindowScore {
  readonly dataset: string;
  readonly version: number;
  /** ISO 8601. */
  readonly start: string;
  readonly end: string;
  readonly rows: number;
  /** Rows without any fault. */
  readonly passed: number;
  /** `passed / rows`; null where there was no row. */
  readonly score: number | null;
  /** Bad rows by the check that found them first. With `passed` they add up to `rows`. */
  readonly parts: Readonly<Record<string, number>>;
  /** Rows of earlier windows that came after those had been closed. */
  readonly late: number;
  /** Rows whose timestamps were ahead of the clock: they count as of their arrival. */
  readonly ahead: number;
  readonly findings: readonly Finding[];
}

interface RowCounts {
  readonly rows: number;
  readonly bad: number;
}

/** What is to be told. */
export interface Told {
  readonly events: readonly AlertEvent[];
  readonly scores: readonly WindowScore[];
  /** What it knows by now, encoded, where it has learned since it was asked last. */
  readonly baseline?: Buffer;
}

/** Judges one data set: merges what its partitions have counted, closes windows, opens and ends alerts. */
export class DatasetJudge {
  changed = false;
  /** What is kept and can't be read, being another version's or somebody else's: it begins anew without. */
  readonly unreadable: readonly string[];
  private events: AlertEvent[] = [];
  private scores: WindowScore[] = [];
  private readonly windows = new Map<number, Window>();
  private readonly progress: Progress;
  private readonly alerts: OpenAlerts;
  private baseline: Baseline;
  private learns: boolean;
  private closedUntil: number | undefined;
  private lastTime: number | undefined;
  /** Since when it is watched, in ms since 1970. */
  private watchedSince: number | undefined;
  private late: number;
  /** How many of these are bad. */
  private lateBad: number;
  private ahead: number;

  constructor(
    private readonly contract: StreamContract,
    private readonly portal: string | undefined,
    { state, baseline, isEarlier = false }: KeptDataset = {},
  ) {
    const unreadable: string[] = [];
    for (const [start, stored] of Object.entries(state?.windows ?? {})) {
      const window = Window.restored(Number(start), contract.fields, stored);
      if (window) this.windows.set(window.start, window);
      else unreadable.push(`its window of ${new Date(Number(start)).toISOString()}`);
    }
    this.progress = new Progress(contract.topic, state);
    this.alerts = new OpenAlerts(contract.dataset, state?.alerts);
    this.learns = isEarlier;
    const learned = baseline && Baseline.read(contract, baseline);
    if (baseline && !learned) unreadable.push('what was learned of it');
    this.baseline = learned ?? Baseline.empty(contract);
    this.unreadable = unreadable;
    this.closedUntil = state?.closedUntil;
    this.lastTime = state?.lastTime;
    this.watchedSince = state?.watchedSince;
    this.late = state?.late ?? 0;
    this.lateBad = state?.lateBad ?? 0;
    this.ahead = state?.ahead ?? 0;
  }

  get hasNews(): boolean {
    return this.events.length > 0;
  }

  get openAlerts(): readonly Alert[] {
    return this.alerts.all;
  }

  /** Up to where no window is open, in ms since 1970: before the first is closed, its start; undefined where no row has come. */
  get closedThrough(): number | undefined {
    if (this.closedUntil !== undefined) return this.closedUntil;
    return this.windows.size === 0 ? undefined : Math.min(...this.windows.keys());
  }

  /** @returns false where a window of it has a summary that is none; what else is in it counts. */
  add(from: Omit<DeltaRecord, 'datasets'>, delta: DatasetDelta, now: number): boolean {
    let isWhole = true;
    const readThrough = this.progress.until(from.topic, from.partition);
    if (this.progress.add(from, delta.stopped ?? false, now)) this.changed = true;
    if (this.watchedSince === undefined) {
      this.watchedSince = now;
      this.changed = true;
    }
    if (delta.lastTime !== undefined) {
      this.lastTime = Math.max(this.lastTime ?? 0, delta.lastTime);
    }
    this.ahead += delta.ahead;
    for (const { start, finding } of delta.findings) {
      this.found(finding, start, now);
      // Its level may have moved, and its spread not: they are one alert.
      const goesOn = delta.findings.some(
        other => other.start === start && !other.finding.moved && isOfSame(other.finding, finding),
      );
      if (finding.moved && !goesOn) this.moved(finding, now);
    }
    for (const part of delta.windows) {
      this.changed = true;
      if (this.closedUntil !== undefined && part.start < this.closedUntil) {
        this.late += part.rows;
        this.lateBad += part.rows - part.passed;
      } else if (!this.count(part)) {
        isWhole = false;
        continue;
      }
      for (const fault of byField(part.faults)) this.rowFault(fault, part.start, now, readThrough);
      const window = this.windows.get(part.start);
      if (window) this.breaker(window, now);
    }
    return isWhole;
  }

  /** Does what a person has said. */
  obey(command: JudgeCommand): void {
    const { contract, baseline } = this;
    if (command.command === 'learned') {
      const learned = Baseline.read(contract, Buffer.from(command.baseline, 'base64'));
      if (!learned) return;
      if (baseline.frozen) learned.freeze();
      else learned.thaw();
      this.baseline = learned;
    } else if (command.command === 'freeze') baseline.freeze();
    else if (command.command === 'thaw') baseline.thaw();
    else baseline.accept(command.check, command.field);
    this.changed = true;
    this.learns = true;
  }

  /**
   * Closes what can be closed, and sees whether data still comes.
   *
   * @param most - so many windows at most; what is left is the next look's.
   */
  look(now: number, most = Number.POSITIVE_INFINITY): void {
    this.freshness(now);
    this.stops(now);
    const { windowSeconds } = this.contract;
    const length = windowSeconds * 1000;
    const first = Math.min(...this.windows.keys());
    const until = Math.max(this.progress.countedUntil(now), this.crowdedUntil(length));
    // Not before it is over: until then a partition that lags may bring earlier ones.
    if (first + length <= until) this.closedUntil ??= first;
    if (this.closedUntil === undefined) return;
    for (let closed = 0; closed < most; closed += 1) {
      this.closedUntil = this.overGap(this.closedUntil, until, length);
      if (this.closedUntil + length > until) return;
      this.close(this.closedUntil, length, now);
    }
  }

  /** Where it goes on: behind a gap that is too long, as after a row whose clock begins in 1970, with the next window that has rows. */
  private overGap(from: number, until: number, length: number): number {
    // Windows begin at multiples of their length.
    const next = Math.min(...this.windows.keys(), Math.floor(until / length) * length);
    return next - from > LONGEST_GAP * length ? next : from;
  }

  /** What there is to tell; it is told once. */
  take(): Told {
    const { events, scores, learns } = this;
    this.events = [];
    this.scores = [];
    this.changed = false;
    this.learns = false;
    return { events, scores, ...(learns ? { baseline: this.baseline.encode() } : {}) };
  }

  /** All that another process needs to go on. */
  get kept(): KeptDataset & { readonly baseline: Buffer } {
    return { state: this.state, baseline: this.baseline.encode(), isEarlier: this.learns };
  }

  get state(): DatasetState {
    const { contract, closedUntil, progress, windows, alerts, lastTime, watchedSince } = this;
    return {
      dataset: contract.dataset,
      version: contract.version,
      ...(contract.owner ? { owner: contract.owner } : {}),
      ...(closedUntil === undefined ? {} : { closedUntil }),
      ...progress.state,
      windows: Object.fromEntries([...windows].map(([start, { stored }]) => [start, stored])),
      alerts: alerts.all,
      ...(lastTime === undefined ? {} : { lastTime }),
      ...(watchedSince === undefined ? {} : { watchedSince }),
      late: this.late,
      ...(this.lateBad > 0 ? { lateBad: this.lateBad } : {}),
      ahead: this.ahead,
    };
  }

  /** Until when windows are closed since they are too many to be kept. */
  private crowdedUntil(length: number): number {
    let bytes = 0;
    for (const start of [...this.windows.keys()].sort((a, b) => b - a)) {
      bytes += this.windows.get(start)!.storedBytes;
      if (bytes > MOST_WAITING_BYTES) return start + length;
    }
    return Number.NEGATIVE_INFINITY;
  }

  private count(part: WindowDelta): boolean {
    const { start } = part;
    const window = this.windows.get(start) ?? new Window(start, this.contract.fields);
    if (!window.add(part)) return false;
    this.windows.set(start, window);
    return true;
  }

  /** @param readThrough - until when its partition had been counted before, in ms since 1970. */
  private rowFault(fault: FaultCount, window: number, now: number, readThrough = 0): void {
    const { check, field, detail, rows, firstTime, examples } = fault;
    // Where some may be bad, how many are is judged when the window is whole.
    if (this.contract.allowedBad > 0) return;
    this.raise(
      {
        ...{ check, field, series: '', since: firstTime, rows, examples },
        ...(readThrough > firstTime ? { arrivedAfter: readThrough } : {}),
        severity: 'warning',
        words: `${field ? `${field} ${detail}` : `a row ${detail}`} (${rows} ${rows === 1 ? 'row' : 'rows'}${whose(fault)})`,
      },
      window,
      now,
    );
  }

  /** More bad rows than allowed, and more than chance makes of the allowed share: the exact binomial tail. */
  private tooManyBad(window: Window, now: number): void {
    const { start, worst } = window;
    const { allowedBad, falseAlarms } = this.contract;
    const { rows, bad } = this.withLate(window);
    if (allowedBad === 0 || bad <= allowedBad * rows) return;
    if (rateTail(bad, rows, allowedBad, 0, true) > falseAlarms * BAD_ROWS_SHARE) return;
    this.raise(
      {
        ...{ check: 'bad-rows', field: '', series: '', since: start, rows: bad },
        examples: worst?.examples ?? [],
        severity: 'warning',
        words: `${percent(bad / rows)} of ${rows} rows are bad${this.saysLate}${mostly(worst)}; ${percent(allowedBad)} are allowed`,
      },
      start,
      now,
    );
  }

  /** @param counts - of the window's rows, unless told otherwise. */
  private breaker(
    { start, rows: inWindow, passed, worst }: Window,
    now: number,
    { rows, bad }: RowCounts = { rows: inWindow, bad: inWindow - passed },
  ): void {
    const { breaker } = this.contract;
    if (!breaker || rows < breaker.rows || bad <= breaker.above * rows) return;
    this.raise(
      {
        ...{ check: 'breaker', field: '', series: '', since: start, rows: bad },
        examples: worst?.examples ?? [],
        severity: 'critical',
        words: `${percent(bad / rows)} of ${rows} rows are bad${rows > inWindow ? this.saysLate : ''}${mostly(worst)}; ${percent(breaker.above)} is the most that the contract accepts`,
      },
      start,
      now,
    );
  }

  /** What came late is in no window: where a share of rows is judged, it counts with the next one that is closed. */
  private withLate({ rows, passed }: Window): RowCounts {
    return { rows: rows + this.late, bad: rows - passed + this.lateBad };
  }

  /** Part of a sentence. */
  private get saysLate(): string {
    return this.late === 0 ? '' : `, ${this.late} of which came late`;
  }

  /** A partition stops by what it alone brings, also where the others have good rows enough: each is told until it goes on. */
  private stops(now: number): void {
    const { stopped } = this.progress;
    for (const { check, series } of this.alerts.all) {
      if (check !== STOPPED || stopped.includes(series)) continue;
      const over = this.alerts.resolve({ check, field: '', series });
      if (over) this.tell(over, now);
    }
    for (const place of stopped) {
      const subject = { check: STOPPED, field: '', series: place };
      if (this.alerts.has(subject)) continue;
      this.raise(
        {
          // Another one each time: it may stop twice in a window.
          ...{ ...subject, since: now, rows: 0, examples: [] },
          severity: 'critical',
          words: `${place} is read no further, since most of its rows were bad, until its topic's contracts change`,
        },
        now,
        now,
      );
    }
  }

  private freshness(now: number): void {
    const { freshSeconds } = this.contract;
    const subject = { check: 'freshness', field: '', series: '' };
    const limit = (freshSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    // Where there never was a row, it is as long ago as it is watched.
    const { watchedSince = now, lastTime = watchedSince } = this;
    // What isn't counted may be there.
    const until = freshSeconds === undefined ? 0 : this.progress.allUntil;
    if (until === undefined) return;
    if (until - lastTime <= limit) {
      const over = this.alerts.resolve(subject);
      if (over) this.tell(over, now);
    } else if (!this.alerts.has(subject)) {
      this.raise(
        {
          ...subject,
          severity: 'critical',
          since: lastTime,
          rows: 0,
          examples: [],
          words: `no row for ${freshSeconds} s`,
        },
        this.closedUntil ?? lastTime,
        now,
      );
    }
  }

  private close(start: number, length: number, now: number): void {
    const { contract } = this;
    const window = this.windows.get(start) ?? new Window(start, contract.fields);
    const findings = this.baseline.judge(window.summary, start);
    for (const finding of findings) {
      this.found(finding, start, now, window.rowsOf(finding));
    }
    for (const moved of this.baseline.observe(window.summary, start)) this.moved(moved, now);
    this.learns = true;
    if (this.late > 0) this.breaker(window, now, this.withLate(window));
    this.tooManyBad(window, now);
    const { rows } = window;
    const over = this.alerts.windowClosed(start, ({ check }) => {
      if (check === 'freshness' || check === STOPPED) return false;
      return rows > 0 || check === 'volume';
    });
    for (const alert of over) this.tell(alert, now);
    this.scores.push({
      dataset: contract.dataset,
      version: contract.version,
      start: new Date(start).toISOString(),
      end: new Date(start + length).toISOString(),
      rows,
      passed: window.passed,
      score: window.score ?? null,
      parts: { ...window.parts },
      late: this.late,
      ahead: this.ahead,
      findings,
    });
    this.late = 0;
    this.lateBad = 0;
    this.ahead = 0;
    this.windows.delete(start);
    this.closedUntil = start + length;
    this.changed = true;
  }

  /** @param examples - rows of the window that show it. */
  private found(
    finding: Finding,
    since: number,
    now: number,
    examples: readonly ExampleRow[] = [],
  ): void {
    const { check, field = '', series = '', words, severity } = finding;
    this.raise({ check, field, series, since, rows: 0, examples, words, severity }, since, now);
  }

  /** What was found fault with is the level from now on: nobody would hear that it goes on. */
  private moved(finding: Pick<Finding, 'check' | 'field' | 'series'>, now: number): void {
    const { check, field = '', series = '' } = finding;
    const alert = this.alerts.resolve({ check, field, series });
    if (alert) this.tell(alert, now, 'new-level');
  }

  /** @param window - in which it was seen; what comes late counts as of the window that is closed next. */
  private raise(raised: Raised, window: number, now: number): void {
    this.changed = true;
    const alert = this.alerts.raise(raised, Math.max(window, this.closedUntil ?? window), now);
    if (alert) this.events.push(eventOf(alert, this.contract, this.portal));
  }

  private tell(over: Alert, now: number, outcome?: AlertData['outcome']): void {
    this.changed = true;
    this.events.push(eventOf(over, this.contract, this.portal, now, outcome));
  }
}

function isOfSame(one: Finding, other: Finding): boolean {
  return one.check === other.check && one.field === other.field && one.series === other.series;
}

/** Which fault is the most frequent, as part of a sentence. */
function mostly(worst: FaultKind | undefined): string {
  if (!worst) return '';
  return `, most by ${worst.check}${worst.field ? ` of ${worst.field}` : ''}`;
}

/** Which series most bad rows are of, as part of a sentence; nothing where no series has most. */
function whose({ mostly: most, rows }: FaultCount): string {
  if (!most || most.rows * 2 <= rows) return '';
  if (rows === 1) return ` of ${most.series}`;
  return `, ${most.rows === rows ? 'all' : most.rows} of ${most.series}`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
