import { Baseline } from '../baseline';
import type { WindowSummary } from '../../summary/window-summary';
import { type Family, type Fault, Stream } from './streams';

/** Something that says whether a window is unusual, by those before it. */
export interface Checker {
  /** Whether it raises an alarm; then learns the window. */
  check(summary: WindowSummary, startMs: number): boolean;
  /** Another one that knows the same. */
  copy(): Checker;
}

/** What this package does. */
export function baselineChecker(
  stream: Stream,
  baseline = Baseline.empty(stream.contract),
): Checker {
  return {
    copy: () => baselineChecker(stream, Baseline.decode(stream.contract, baseline.encode())),
    check(summary, startMs) {
      const found = baseline.judge(summary, startMs).length > 0;
      baseline.observe(summary, startMs);
      return found;
    },
  };
}

/** The plain rule: any of a window's figures more than three standard deviations from the mean of all before. */
export function threeSigmaChecker(history: number[][] = []): Checker {
  return {
    copy: () => threeSigmaChecker([...history]),
    check(summary) {
      const figures = figuresOf(summary);
      const found =
        history.length >= 30 &&
        figures.some((figure, at) => {
          const before = history.map(each => each[at]!);
          const mean = before.reduce((sum, each) => sum + each, 0) / before.length;
          const squares = before.reduce((sum, each) => sum + (each - mean) ** 2, 0);
          return Math.abs(figure - mean) > 3 * Math.sqrt(squares / (before.length - 1));
        });
      history.push(figures);
      return found;
    },
  };
}

function figuresOf({ rows, fields }: WindowSummary): number[] {
  return [
    rows,
    ...fields.flatMap(({ field, nulls, count, moments, distinct, values }) => [
      nulls / rows,
      distinct.count(),
      ...(field.kind === 'number'
        ? [moments.mean, Math.sqrt(moments.variance), moments.min, moments.max]
        : []),
      ...(field.kind === 'category'
        ? ['k0', 'k1', 'k2', 'k3'].map(name => (values.counts.get(name) ?? 0) / count)
        : []),
    ]),
  ];
}

/** How many windows of good data raise an alarm, after `warm` windows that raise none. */
export function falseAlarms(
  stream: Stream,
  checker: Checker,
  warm: number,
  judged: number,
): number {
  let alarms = 0;
  for (let at = 0; at < warm + judged; at++) {
    const { summary, startMs } = stream.next();
    if (checker.check(summary, startMs) && at >= warm) alarms++;
  }
  return alarms;
}

/** After how many faulty windows an alarm comes, 1 being the first; undefined: none within `most`. */
export function delayOf(
  fault: Fault,
  stream: Stream,
  checker: Checker,
  most: number,
): number | undefined {
  for (let delay = 1; delay <= most; delay++) {
    const { summary, startMs } = stream.next(fault);
    if (checker.check(summary, startMs)) return delay;
  }
  return undefined;
}

/** The faults that detection is measured by. */
export const FAULTS: readonly { name: string; fault: Fault }[] = [
  { name: 'nothing', fault: {} },
  { name: 'null rate 1 % → 3 %', fault: { nulls: 0.03 } },
  { name: 'mean + 0.1 sd', fault: { shift: 0.1 } },
  { name: 'mean + 0.3 sd', fault: { shift: 0.3 } },
  { name: 'mean + 1 sd', fault: { shift: 1 } },
  { name: 'variance × 1.5', fault: { variance: 1.5 } },
  { name: '5 % of rows to another category', fault: { moved: 0.05 } },
  { name: '1 % of rows to a new category', fault: { novel: 0.01 } },
  { name: 'volume − 30 %', fault: { volume: 0.7 } },
  { name: 'volume − 50 %', fault: { volume: 0.5 } },
];

/** A table as GitHub's Markdown has it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map(row => row[at]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Streams of a family and size; each seed another one. */
export function streamsOf(family: Family, rows: number, seed: number, count: number): Stream[] {
  return Array.from({ length: count }, (_, at) => new Stream(family, rows, seed + at));
}
