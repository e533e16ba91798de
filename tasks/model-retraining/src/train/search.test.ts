import { pointsOf, search } from './search';
import { timeFolds } from './time-folds';

const GRID = { depth: [4, 8, 16], leaf: [1, 5] };

describe('search', () => {
  it('tries the whole grid once, the known point first, and gives the best', async () => {
    const tried: unknown[] = [];
    const scored = await search(GRID, async point => {
      tried.push(point);
      return Math.abs(Number(point.depth) - 9) + Number(point.leaf);
    });
    expect(tried[0]).toEqual({ depth: 4, leaf: 1 });
    expect(tried).toHaveLength(6);
    expect(new Set(tried.map(point => JSON.stringify(point))).size).toBe(6);
    expect(scored[0]).toEqual({ candidate: { depth: 8, leaf: 1 }, loss: 2 });
  });

  it('begins nothing that would end after its time, but always tries one', async () => {
    const within = async (budgetMs: number) => {
      let clock = 0;
      const scored = await search(
        GRID,
        async () => {
          clock += 10;
          return 0;
        },
        { budgetMs, now: () => clock },
      );
      return scored.length;
    };
    expect(await within(35)).toBe(3);
    expect(await within(40)).toBe(4);
    expect(await within(0)).toBe(1);
  });

  it('takes the same points of a seed, and others of another', async () => {
    const points = async (seed: number) =>
      (await search(GRID, async () => 0, { tries: 3, seed })).map(({ candidate }) => candidate);
    expect(await points(2)).toEqual(await points(2));
    const several = await Promise.all([1, 2, 3, 4].map(points));
    expect(new Set(several.map(list => JSON.stringify(list))).size).toBeGreaterThan(1);
  });

  it('is one empty point where nothing is to be chosen', () => {
    expect(pointsOf({})).toEqual([{}]);
  });
});

describe('timeFolds', () => {
  it('learns from the past alone, and never parts rows of one instant', () => {
    const times = [5, 1, 1, 2, 3, 3, 4, 6, 6, 2];
    const folds = timeFolds(times, 3);
    const shown = folds.map(({ train, test }) =>
      [train, test].map(rows => [...rows].map(row => times[row])),
    );
    for (const [train, test] of shown) {
      expect(Math.max(...(train as number[]))).toBeLessThan(Math.min(...(test as number[])));
    }
    // Each row after the first block is looked at once.
    expect(shown.flatMap(([, test]) => test).sort()).toEqual([2, 2, 3, 3, 4, 5, 6, 6]);
  });

  it('leaves a gap before what it looks at', () => {
    const times = [1, 2, 3, 4, 5, 6, 7, 8];
    const [fold] = timeFolds(times, 1, 2);
    expect([...fold!.train].map(row => times[row])).toEqual([1, 2]);
    expect([...fold!.test].map(row => times[row])).toEqual([5, 6, 7, 8]);
  });

  it('refuses rows of one instant', () => {
    expect(() => timeFolds([1, 1, 1], 2)).toThrow("can't be cut into 2 folds");
  });
});
