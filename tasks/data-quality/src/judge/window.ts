import type { FaultCount, WindowDelta } from '../check/delta';
import type { Field } from '../contract';
import { WindowSummary } from '../summary/window-summary';

/** So many kinds of faults are kept by their rows; alerts show the most frequent. */
const MOST_KINDS = 8;

/** Faults of one check and field, with rows to show. */
export type FaultKind = Pick<FaultCount, 'check' | 'field' | 'rows' | 'examples'>;

/** A window as it is kept in the state. */
export interface StoredWindow {
  readonly rows: number;
  readonly passed: number;
  readonly parts: Readonly<Record<string, number>>;
  /** The most frequent first; none where an earlier version has kept it. */
  readonly kinds?: readonly FaultKind[];
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
  /** As it was stored last, while nothing has come since: of thousands that wait, few change between two looks. */
  private kept: StoredWindow | undefined;
  /** How large `kinds` were then, in bytes. */
  private keptKinds: number | undefined;

  constructor(
    readonly start: number,
    private readonly fields: readonly Field[],
  ) {
    this.summary = new WindowSummary(fields);
  }

  add(delta: WindowDelta): void {
    this.kept = undefined;
    this.keptKinds = undefined;
    this.rows += delta.rows;
    this.passed += delta.passed;
    for (const { check, rows } of delta.faults) this.parts[check] = (this.parts[check] ?? 0) + rows;
    if (delta.faults.length > 0) this.kinds = mostFrequent([...this.kinds, ...delta.faults]);
    this.summary.merge(WindowSummary.decode(this.fields, Buffer.from(delta.summary, 'base64')));
  }

  /** The most frequent fault; undefined where there is none. */
  get worst(): FaultKind | undefined {
    return this.kinds[0];
  }

  /** 1: every row passed every check. undefined where there was none. */
  get score(): number | undefined {
    return this.rows === 0 ? undefined : this.passed / this.rows;
  }

  get stored(): StoredWindow {
    const { rows, passed, parts, kinds } = this;
    this.kept ??= { rows, passed, parts, kinds, summary: this.summary.encode().toString('base64') };
    return this.kept;
  }

  /** About how large it is in the state, in bytes. */
  get storedBytes(): number {
    this.keptKinds ??= JSON.stringify(this.kinds).length;
    return this.stored.summary.length + this.keptKinds;
  }

  static restored(start: number, fields: readonly Field[], stored: StoredWindow): Window {
    const window = new Window(start, fields);
    const { rows, passed, parts, kinds = [], summary } = stored;
    window.add({ start, rows, passed, faults: [], summary });
    Object.assign(window.parts, parts);
    window.kinds = kinds;
    return window;
  }
}

/** Faults of a kind, whichever their detail: what one alert is about. */
export function byField(faults: readonly FaultCount[]): readonly FaultCount[] {
  return merged(faults, (known, fault) => ({
    ...known,
    rows: known.rows + fault.rows,
    firstTime: Math.min(known.firstTime, fault.firstTime),
    detail: known.rows >= fault.rows ? known.detail : fault.detail,
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
