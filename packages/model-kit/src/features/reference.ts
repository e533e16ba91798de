import type { FeatureColumn } from '@dolphinstage/random-forest';
import { z } from 'zod';

const BINS = 10;
const CATEGORIES = 50;

/** How a feature's values lay in training: what later ones are held against. @public */
export const referenceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('numeric'),
    /** Rising; a bin's values are at least the edge before it and less than the one after. */
    edges: z.array(z.number()),
    /** Rows by bin; missing ones in the last. */
    counts: z.array(z.int()),
  }),
  z.object({
    kind: z.literal('categorical'),
    categories: z.array(z.string()),
    /** Rows by category; all others before the last, missing ones in the last. */
    counts: z.array(z.int()),
  }),
]);

/** @public */
export type Reference = z.output<typeof referenceSchema>;

/** Rows of a column in the bins of a reference. @public */
export function countsIn(reference: Reference, column: FeatureColumn): number[] {
  const counts = new Array<number>(reference.counts.length).fill(0);
  const places =
    reference.kind === 'categorical'
      ? new Map(reference.categories.map((category, at) => [category, at]))
      : undefined;
  const placeOf = (value: string | number): number => {
    if (reference.kind === 'categorical') {
      return places!.get(String(value)) ?? reference.categories.length;
    }
    let at = 0;
    while (at < reference.edges.length && Number(value) >= reference.edges[at]!) at += 1;
    return at;
  };
  for (let row = 0; row < column.values.length; row += 1) {
    const value = column.values[row];
    const missing = value === null || value === undefined || Number.isNaN(value);
    counts[missing ? counts.length - 1 : placeOf(value)]! += 1;
  }
  return counts;
}

/** The reference of a column: ten bins of about as many rows, or its fifty most frequent categories. @public */
export function referenceOf(column: FeatureColumn): Reference {
  if (column.kind === 'categorical') {
    const seen = new Map<string, number>();
    for (let row = 0; row < column.values.length; row += 1) {
      const value = column.values[row];
      if (typeof value === 'string') seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    const categories = [...seen]
      .sort(([one, rows], [other, others]) => others - rows || (one < other ? -1 : 1))
      .slice(0, CATEGORIES)
      .map(([category]) => category);
    const empty = {
      kind: 'categorical' as const,
      categories,
      counts: new Array<number>(categories.length + 2).fill(0),
    };
    return { ...empty, counts: countsIn(empty, column) };
  }
  const sorted = Float64Array.from(
    Array.from(column.values).filter(
      (value): value is number => typeof value === 'number' && !Number.isNaN(value),
    ),
  ).sort();
  const cuts = Array.from(
    { length: BINS - 1 },
    (_, bin) => sorted[Math.floor(((bin + 1) * sorted.length) / BINS)]!,
  );
  const edges = [...new Set(cuts)].filter(edge => edge !== undefined && edge > sorted[0]!);
  const empty = {
    kind: 'numeric' as const,
    edges,
    counts: new Array<number>(edges.length + 2).fill(0),
  };
  return { ...empty, counts: countsIn(empty, column) };
}
