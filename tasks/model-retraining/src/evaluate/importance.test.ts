import type { FeatureColumn } from '@dolphinstage/random-forest';
import { importanceOf } from './importance';

const ROWS = 400;
const half = (row: number) => Number(row % 2 === 0);

/** One column says the class, one says nothing. */
const columns: readonly FeatureColumn[] = [
  { name: 'idle', kind: 'numeric', values: Array.from({ length: ROWS }, (_, row) => row) },
  { name: 'telling', kind: 'numeric', values: Array.from({ length: ROWS }, (_, row) => half(row)) },
];
const positives = Float64Array.from({ length: ROWS }, (_, row) => half(row));
const scored: number[] = [];
const score = async (of: readonly FeatureColumn[]) => {
  const telling = of.find(({ name }) => name === 'telling')!.values;
  scored.push(telling.length);
  return Float64Array.from({ length: telling.length }, (_, row) => (telling[row] ? 0.9 : 0.1));
};

describe('the importance of features', () => {
  beforeEach(() => {
    scored.length = 0;
  });

  it('is what the model loses without what a feature tells', async () => {
    const found = await importanceOf(score, columns, positives);
    expect(found.map(({ feature }) => feature)).toEqual(['telling', 'idle']);
    // Half of the shuffled rows get the other class's value: ln 0.9 becomes ln 0.1 there.
    expect(found[0]!.loss).toBeCloseTo(Math.log(0.9 / 0.1) / 2, 1);
    expect(found[0]!.deviation).toBeGreaterThan(0);
    expect(found[1]).toEqual({ feature: 'idle', loss: 0, deviation: 0 });
  });

  it('is the same each time', async () => {
    const again = await importanceOf(score, columns, positives);
    expect(again).toEqual(await importanceOf(score, columns, positives));
    expect(again).not.toEqual(await importanceOf(score, columns, positives, { seed: 2 }));
  });

  it('looks at some rows of many, from all over them', async () => {
    // The classes of the first rows alone would leave nothing to tell apart.
    const late = positives.map((_, row) => Number(row >= ROWS / 2));
    const lateColumns = [{ ...columns[1]!, values: Array.from(late) } as FeatureColumn];
    const [telling] = await importanceOf(score, lateColumns, late, { rows: 50, repeats: 2 });
    expect(scored).toEqual([50, 50, 50]);
    expect(telling!.loss).toBeGreaterThan(0.5);
  });
});
