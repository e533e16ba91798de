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

/** Streams of good data of one family and size. */
export interface AlarmPlan {
  readonly family: Family;
  readonly seed: number;
  /** Of a window, on average. */
  readonly rows: number;
  readonly streams: number;
  /** Windows that teach, and windows that are judged after them. */
  readonly warm: number;
  readonly judged: number;
}

/** How many of so many windows of good data had an alarm. */
export interface AlarmCount {
  readonly alarms: number;
  /** By the plain rule, on one of the streams, as if all were like it. */
  readonly plain: number;
  readonly windows: number;
}

/** Counts the alarms of good data. */
export function countAlarms({ family, seed, rows, streams, warm, judged }: AlarmPlan): AlarmCount {
  const count = { alarms: 0, plain: 0, windows: 0 };
  for (const stream of streamsOf(family, rows, seed, streams)) {
    count.alarms += falseAlarms(stream, baselineChecker(stream), warm, judged);
    count.windows += judged;
  }
  for (const stream of streamsOf(family, rows, seed, 1)) {
    count.plain += falseAlarms(stream, threeSigmaChecker(), warm, judged) * streams;
  }
  return count;
}

/** Normal streams to which each of {@link FAULTS} happens after some good windows. */
export interface DetectionPlan {
  readonly checker: 'ours' | 'three-sigma';
  readonly seed: number;
  readonly rows: number;
  readonly streams: number;
  readonly warm: number;
  /** How many faulty windows there are. */
  readonly most: number;
}

/** How a fault was found. */
export interface Detection {
  /** The share of streams with an alarm in the first faulty window. */
  readonly first: number;
  /** The share with one in any of them. */
  readonly found: number;
  /** The median delay of those, in windows; null where it was never found. */
  readonly delay: number | null;
}

/** Each stream's good windows teach once; each fault begins after them. */
export function detect({ checker, seed, rows, streams, warm, most }: DetectionPlan): Detection[] {
  const delays: (number | undefined)[][] = FAULTS.map(() => []);
  for (const stream of streamsOf('normal', rows, seed, streams)) {
    const taught = checker === 'ours' ? baselineChecker(stream) : threeSigmaChecker();
    falseAlarms(stream, taught, warm, 0);
    FAULTS.forEach(({ fault }, at) => {
      delays[at]!.push(delayOf(fault, stream, taught.copy(), most));
    });
  }
  return delays.map(each => {
    const found = each.filter(delay => delay !== undefined).sort((one, other) => one - other);
    return {
      first: each.filter(delay => delay === 1).length / streams,
      found: found.length / streams,
      delay: found[Math.floor(found.length / 2)] ?? null,
    };
  });
}
