import type { OddRow } from './delta';
import { addOdd, mergeOdd } from './odd-rows';

const example = { origin: { topic: 'in', partition: 0, offset: 0 }, time: 0 };
const scores = (rows: readonly OddRow[]) => rows.map(({ score }) => score);

describe('rows that stand out', () => {
  it('are kept where they do so most, and only those are made', () => {
    const kept: OddRow[] = [];
    const make = jest.fn(() => example);
    for (const score of [5, 1, 9, 3, 7, 2, 8, 4, 6, 1.5, 10]) {
      addOdd(kept, { fields: ['a'], score }, make);
    }
    expect(scores(kept)).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
    // All but 1.5, which came when eight stood out more.
    expect(make).toHaveBeenCalledTimes(10);
    const more = [11, 2].map((score): OddRow => ({ fields: ['a'], score, example }));
    expect(scores(mergeOdd(kept, more))).toEqual([11, 10, 9, 8, 7, 6, 5, 4]);
  });

  it('are told by numbers that JSON has', () => {
    const kept: OddRow[] = [];
    addOdd(kept, { fields: ['a'], score: Number.POSITIVE_INFINITY }, () => example);
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
  });
});
