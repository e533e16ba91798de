import type { RowFault } from '../checks/row-checks';
import type { ExampleRow, FaultCount, WindowDelta } from './delta';

/** How many rows are shown of one kind of fault. */
export const EXAMPLES = 3;

interface Counted {
  fault: RowFault;
  rows: number;
  firstTime: number;
  examples: ExampleRow[];
}

/** What rows of one data set and window come to, since the last flush. */
export class WindowCounts {
  rows = 0;
  passed = 0;
  private readonly faults = new Map<string, Counted>();

  constructor(readonly start: number) {}

  /** A row without a fault. */
  pass(): void {
    this.rows += 1;
    this.passed += 1;
  }

  /** @param example - is only asked for as long as another is wanted. */
  fail(fault: RowFault, time: number, example: () => ExampleRow): void {
    this.rows += 1;
    const key = `${fault.check}\n${fault.field}\n${fault.detail}`;
    const counted = this.faults.get(key) ?? { fault, rows: 0, firstTime: time, examples: [] };
    this.faults.set(key, counted);
    counted.rows += 1;
    counted.firstTime = Math.min(counted.firstTime, time);
    if (counted.examples.length < EXAMPLES) counted.examples.push(example());
  }

  get delta(): Omit<WindowDelta, 'summary'> {
    const { start, rows, passed } = this;
    const faults: FaultCount[] = [...this.faults.values()].map(({ fault, ...counts }) => ({
      ...fault,
      ...counts,
    }));
    return { start, rows, passed, faults };
  }
}
