import type { FeatureColumn } from '../data/columns';
import { Random } from '../random';

/** Made-up rows of all kinds of columns, some values missing, with two, three and any number of classes. */
export interface MadeRows {
  columns: FeatureColumn[];
  /** What the rows tend to, with noise. */
  numbers: number[];
  two: boolean[];
  three: string[];
  /** Five classes, named by whole numbers that aren't their places. */
  five: number[];
}

/** Rows that depend on the seed alone. The column `noise` says nothing. */
export function makeRows(rows: number, seed: number): MadeRows {
  const random = new Random(seed, 0);
  const share = () => random.below(1_000_000) / 1_000_000;
  const column = <T>(make: () => T) => Array.from({ length: rows }, make);
  const level = column(() => (share() < 0.1 ? null : Math.round(share() * 50) / 7));
  const kind = column(() => (share() < 0.1 ? null : `kind ${random.below(40)}`));
  const amount = column(() => share() * 1000);
  const noise = column(share);
  const numbers = amount.map((value, row) => {
    const own = kind[row] ? Number(kind[row]!.slice(5)) % 7 : 3;
    return (level[row] ?? 9) + own + value / 300 + share() * 2;
  });
  const step = (number: number, ...limits: number[]) =>
    limits.filter(limit => number > limit).length;
  return {
    columns: [
      { name: 'level', kind: 'numeric', values: level },
      { name: 'kind', kind: 'categorical', values: kind },
      { name: 'amount', kind: 'numeric', values: amount },
      { name: 'noise', kind: 'numeric', values: noise },
    ],
    numbers,
    two: numbers.map(number => number > 10),
    three: numbers.map(number => ['low', 'middle', 'high'][step(number, 8, 12)]!),
    five: numbers.map(number => [30, 7, -2, 11, 4][step(number, 6, 8, 10, 13)]!),
  };
}

/** Some rows of columns. */
export function rowsFrom(columns: readonly FeatureColumn[], rows: readonly number[]) {
  return columns.map(
    column => ({ ...column, values: rows.map(row => column.values[row] ?? null) }) as FeatureColumn,
  );
}

/** Whole numbers from `from` up to and without `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
