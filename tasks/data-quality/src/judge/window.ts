import type { FaultCount, WindowDelta } from '../check/delta';
import type { Field } from '../contract';
import { WindowSummary } from '../summary/window-summary';

/** A window as it is kept in the state. */
export interface StoredWindow {
  readonly rows: number;
  readonly passed: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly summary: string;
}

/** All that has come of a data set's window so far. */
export class Window {
  rows = 0;
  passed = 0;
  /** Bad rows by check. */
  readonly parts: Record<string, number> = {};
  readonly summary: WindowSummary;
  /** As it was stored last, while nothing has come since: of thousands that wait, few change between two looks. */
  private kept: StoredWindow | undefined;

  constructor(
    readonly start: number,
    private readonly fields: readonly Field[],
  ) {
    this.summary = new WindowSummary(fields);
  }

  add(delta: WindowDelta): void {
    this.kept = undefined;
    this.rows += delta.rows;
    this.passed += delta.passed;
    for (const { check, rows } of delta.faults) this.parts[check] = (this.parts[check] ?? 0) + rows;
    this.summary.merge(WindowSummary.decode(this.fields, Buffer.from(delta.summary, 'base64')));
  }

  /** 1: every row passed every check. undefined where there was none. */
  get score(): number | undefined {
    return this.rows === 0 ? undefined : this.passed / this.rows;
  }

  get stored(): StoredWindow {
    const { rows, passed, parts } = this;
    this.kept ??= { rows, passed, parts, summary: this.summary.encode().toString('base64') };
    return this.kept;
  }

  /** About how large it is in the state, in bytes. */
  get storedBytes(): number {
    return this.stored.summary.length;
  }

  static restored(start: number, fields: readonly Field[], stored: StoredWindow): Window {
    const window = new Window(start, fields);
    const { rows, passed, parts, summary } = stored;
    window.add({ start, rows, passed, faults: [], summary });
    Object.assign(window.parts, parts);
    return window;
  }
}

/** Faults of a kind, whichever their detail: what one alert is about. */
export function byField(faults: readonly FaultCount[]): readonly FaultCount[] {
  const merged = new Map<string, FaultCount>();
  for (const fault of faults) {
    const key = `${fault.check}\n${fault.field}`;
    const known = merged.get(key);
    merged.set(
      key,
      known
        ? {
            ...known,
            rows: known.rows + fault.rows,
            firstTime: Math.min(known.firstTime, fault.firstTime),
            detail: known.rows >= fault.rows ? known.detail : fault.detail,
          }
        : fault,
    );
  }
  return [...merged.values()];
}
