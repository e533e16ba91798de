import type { ExampleRow, FaultCount, OddRow, SampledRow, WindowDelta } from '../check/delta';
import { MOST_FIELDS } from '../check/redact-row';
import { mergeOdd } from '../check/odd-rows';
import { mergeSamples } from '../check/row-sample';
import type { Field } from '../contract';
import { EXAMPLES } from '../check/window-counts';
import type { Check, Finding } from '../statistics/finding';
import { WindowSummary } from '../summary/window-summary';

/** So many kinds of faults are kept by their rows; alerts show the most frequent. */
const MOST_KINDS = 8;

/** What a field's outermost values explain, or those on one side. */
const VALUES_STAND_OUT: readonly Check[] = ['anomalies', 'mean', 'range', 'distribution'];

/** Faults of one check and field, with rows to show. */
export type FaultKind = Pick<FaultCount, 'check' | 'field' | 'rows' | 'examples'>;

/** A window as it is kept in the state. */
export interface StoredWindow {
  readonly rows: number;
  readonly passed: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The most frequent first; none where an earlier version has kept it. */
  readonly kinds?: readonly FaultKind[];
  /** Rows that stand out; none where an earlier version has kept it. */
  readonly odd?: readonly OddRow[];
  /** Rows drawn by chance; none where an earlier version has kept it. */
  readonly sample?: readonly SampledRow[];
  readonly summary: string;
}

/** All that has come of a data set's window so far. */
export class Window {
  rows = 0;
  passed = 0;
  /** Bad rows by check. */
  readonly parts: Record<string, number> = {};
  readonly summary: WindowSummary;
  private kinds: readonly FaultKind[] = [];
  private odd: readonly OddRow[] = [];
  private sample: readonly SampledRow[] = [];
  /** As it was stored last, while nothing has come since: of thousands that wait, few change between two looks. */
  private kept: StoredWindow | undefined;
  /** How large the rows to show were then, in bytes. */
  private keptRows: number | undefined;

  constructor(
    readonly start: number,
    private readonly fields: readonly Field[],
  ) {
    this.summary = new WindowSummary(fields);
  }

  /** @returns false where the summary is none: nothing of it counts then. */
  add(delta: WindowDelta): boolean {
    const summary = summaryOf(this.fields, delta.summary);
    if (!summary) return false;
    this.kept = undefined;
    this.keptRows = undefined;
    this.rows += delta.rows;
    this.passed += delta.passed;
    for (const { check, rows } of delta.faults) this.parts[check] = (this.parts[check] ?? 0) + rows;
    if (delta.faults.length > 0) this.kinds = mostFrequent([...this.kinds, ...delta.faults]);
    this.odd = mergeOdd(this.odd, delta.odd ?? []);
    this.sample = mergeSamples(this.sample, delta.sample ?? []);
    this.summary.merge(summary);
    return true;
  }

  /** The most frequent fault; undefined where there is none. */
  get worst(): FaultKind | undefined {
    return this.kinds[0];
  }

  /** Rows that show what a finding is about: those that stand out by its field, or else drawn ones that fit it. */
  rowsOf(finding: Finding): readonly ExampleRow[] {
    const { field = '' } = finding;
    const odd = VALUES_STAND_OUT.includes(finding.check)
      ? this.odd.filter(({ fields }) => fields.includes(field))
      : [];
    const isShown = this.fields.slice(0, MOST_FIELDS).some(({ name }) => name === field);
    const fitting = isShown ? this.sample.filter(({ example }) => fits(finding, example.row)) : [];
    return (odd.length > 0 ? odd : fitting).slice(0, EXAMPLES).map(({ example }) => example);
  }

  /** 1: every row passed every check. undefined where there was none. */
  get score(): number | undefined {
    return this.rows === 0 ? undefined : this.passed / this.rows;
  }

  get stored(): StoredWindow {
    const { rows, passed, parts, kinds, odd, sample } = this;
    const summary = () => this.summary.encode().toString('base64');
    this.kept ??= { rows, passed, parts, kinds, odd, sample, summary: summary() };
    return this.kept;
  }

  /** About how large it is in the state, in bytes. */
  get storedBytes(): number {
    this.keptRows ??= JSON.stringify([this.kinds, this.odd, this.sample]).length;
    return this.stored.summary.length + this.keptRows;
  }

  /** undefined where its summary is none, or another version's. */
  static restored(
    start: number,
    fields: readonly Field[],
    { rows, passed, parts, kinds = [], odd, sample, summary }: StoredWindow,
  ): Window | undefined {
    const window = new Window(start, fields);
    if (!window.add({ start, rows, passed, faults: [], odd, sample, summary })) return undefined;
    Object.assign(window.parts, parts);
    window.kinds = kinds;
    return window;
  }
}

/** Whether a row is one of those that a finding is about, as far as a single row can be. */
function fits(
  { check, field = '', observed, expected, values = [] }: Finding,
  row: ExampleRow['row'] = {},
): boolean {
  const value = row[field];
  if (check === 'null-rate') return observed > expected && (value ?? null) === null;
  if (check === 'categories') return value !== undefined && values.includes(String(value));
  if ((check !== 'mean' && check !== 'range') || typeof value !== 'number') return false;
  return observed > expected ? value > expected : value < expected;
}

function summaryOf(fields: readonly Field[], base64: string): WindowSummary | undefined {
  try {
    return WindowSummary.decode(fields, Buffer.from(base64, 'base64'));
  } catch (error) {
    if ((error as Error).name === 'RangeError') return undefined;
    throw error;
  }
}

/** Faults of a kind, whichever their detail: what one alert is about. */
export function byField(faults: readonly FaultCount[]): readonly FaultCount[] {
  return merged(faults, (known, fault) => ({
    ...known,
    rows: known.rows + fault.rows,
    firstTime: Math.min(known.firstTime, fault.firstTime),
    detail: known.rows >= fault.rows ? known.detail : fault.detail,
    mostly: (known.mostly?.rows ?? 0) >= (fault.mostly?.rows ?? 0) ? known.mostly : fault.mostly,
  }));
}

function mostFrequent(faults: readonly FaultKind[]): readonly FaultKind[] {
  const kinds = faults.map(({ check, field, rows, examples }) => ({
    check,
    field,
    rows,
    examples,
  }));
  return merged(kinds, (known, kind) => ({ ...known, rows: known.rows + kind.rows }))
    .sort((one, other) => other.rows - one.rows)
    .slice(0, MOST_KINDS);
}

function merged<T extends FaultKind>(faults: readonly T[], merge: (known: T, fault: T) => T): T[] {
  const kinds = new Map<string, T>();
  for (const fault of faults) {
    const key = `${fault.check}\n${fault.field}`;
    const known = kinds.get(key);
    kinds.set(key, known ? merge(known, fault) : fault);
  }
  return [...kinds.values()];
}
