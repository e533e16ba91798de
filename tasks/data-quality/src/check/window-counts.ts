import type { RowFault } from '../checks/row-checks';
import type { ExampleRow, FaultCount, OddRow, WindowDelta } from './delta';
import { addOdd } from './odd-rows';

/** How many rows are shown of one kind of fault. */
export const EXAMPLES = 3;
/** Of so many series it is counted how many of a kind of fault they have: of those that come first. */
const MOST_SERIES = 32;

interface Counted {
  fault: RowFault;
  rows: number;
  firstTime: number;
  examples: ExampleRow[];
  /** Rows by series. */
  series: Map<string, number>;
}

/** What rows of one data set and window come to, since the last flush. */
export class WindowCounts {
  rows = 0;
  passed = 0;
  private readonly faults = new Map<string, Counted>();
  private readonly oddRows: OddRow[] = [];

  constructor(readonly start: number) {}

  /** A row without a fault. */
  pass(): void {
    this.rows += 1;
    this.passed += 1;
  }

  /** One of those that have passed stands out. */
  odd(row: Omit<OddRow, 'example'>, example: () => ExampleRow): void {
    addOdd(this.oddRows, row, example);
  }

  /**
   * @param series - whose row it is; undefined where nobody may know, or there are none.
   * @param example - is only asked for as long as another is wanted.
   */
  fail(fault: RowFault, time: number, series: string | undefined, example: () => ExampleRow): void {
    this.rows += 1;
    const key = `${fault.check}\n${fault.field}\n${fault.detail}`;
    const counted = this.faults.get(key) ?? {
      ...{ fault, rows: 0, firstTime: time, examples: [] },
      series: new Map<string, number>(),
    };
    this.faults.set(key, counted);
    counted.rows += 1;
    counted.firstTime = Math.min(counted.firstTime, time);
    if (counted.examples.length < EXAMPLES) counted.examples.push(example());
    if (series === undefined) return;
    const known = counted.series.get(series);
    if (known !== undefined || counted.series.size < MOST_SERIES) {
      counted.series.set(series, (known ?? 0) + 1);
    }
  }

  get delta(): Omit<WindowDelta, 'summary'> {
    const { start, rows, passed, oddRows } = this;
    const faults: FaultCount[] = [...this.faults.values()].map(({ fault, series, ...counts }) => ({
      ...fault,
      ...counts,
      ...mostlyOf(series),
    }));
    return { start, rows, passed, faults, ...(oddRows.length > 0 ? { odd: oddRows } : {}) };
  }
}

function mostlyOf(counts: ReadonlyMap<string, number>): Pick<FaultCount, 'mostly'> {
  let mostly: FaultCount['mostly'];
  for (const [series, rows] of counts) {
    if (rows > (mostly?.rows ?? 0)) mostly = { series, rows };
  }
  return mostly ? { mostly } : {};
}
