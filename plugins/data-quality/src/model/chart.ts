import type { WindowInfo } from '@dolphinstage/plugin-data-quality-common';

/** A window as the chart draws it. Lengths are shares of the chart's width and height. */
export interface ChartBar {
  readonly window: WindowInfo;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** What the chart draws. */
export interface Chart {
  /** The score at the bottom; 1 is at the top. */
  readonly lowest: number;
  readonly bars: readonly ChartBar[];
}

/** Bottoms, the nearest first: what is good differs in its last percents. */
const LOWEST = [0.95, 0.9, 0.5, 0];
/** What is at the bottom would not be seen. */
const LEAST_HEIGHT = 0.03;

/** Lays windows out by their time; those without rows are gaps. */
export function chartOf(windows: readonly WindowInfo[]): Chart {
  const scores = windows.flatMap(({ score }) => score ?? []);
  const least = Math.min(1, ...scores);
  const lowest = LOWEST.find(bottom => bottom < least) ?? 0;
  const from = Math.min(...windows.map(({ start }) => Date.parse(start)));
  const until = Math.max(...windows.map(({ end }) => Date.parse(end)));
  const length = until - from || 1;
  const bars = windows.flatMap(window => {
    if (window.score === null) return [];
    const start = Date.parse(window.start);
    return {
      window,
      left: (start - from) / length,
      width: (Date.parse(window.end) - start) / length,
      height: Math.max(LEAST_HEIGHT, (window.score - lowest) / (1 - lowest)),
    };
  });
  return { lowest, bars };
}

/** What the chart shows, for those who don't see it. */
export function chartWords(windows: readonly WindowInfo[]): string {
  const scored = windows.filter(({ score }) => score !== null);
  const [rows, passed] = [sum(scored, 'rows'), sum(scored, 'passed')];
  const worst = scored.reduce<WindowInfo | undefined>(
    (least, window) => (least && least.score! <= window.score! ? least : window),
    undefined,
  );
  if (!worst) return 'No window had a row';
  return `${scored.length} windows with ${rows} rows, of which ${passed} were good; the worst, at ${worst.start}, had ${worst.passed} of ${worst.rows}`;
}

function sum(windows: readonly WindowInfo[], field: 'rows' | 'passed'): number {
  return windows.reduce((total, window) => total + window[field], 0);
}
