import { range, rowsFrom } from '../__testUtils__/rows';
import type { FeatureColumn } from '../data/columns';
import { Random } from '../random';
import { trainClassifier, trainRegressor } from '../train/train';

/** One tree on all rows: what comes out can be worked out by hand. */
const ONE_TREE = { trees: 1, bootstrap: false, featuresPerSplit: 'all', threads: 0 } as const;

function numbers(name: string, values: (number | null)[]): FeatureColumn {
  return { name, kind: 'numeric', values };
}

describe('a tree', () => {
  it('cuts in the middle between neighbouring values', async () => {
    const forest = await trainClassifier([numbers('a', [1, 2, 5, 9])], [0, 0, 1, 1], ONE_TREE);
    expect(forest.nodes).toBe(3);
    expect(forest.predict([numbers('a', [-100, 3.4, 3.6, 100])])).toEqual([0, 0, 1, 1]);
    expect(forest.arrays.threshold[0]).toBe(3.5);
  });

  it('cuts between neighbouring floats without moving either', async () => {
    const low = Math.fround(1e9);
    const high = low + 64;
    const forest = await trainClassifier([numbers('a', [low, high])], ['l', 'h'], ONE_TREE);
    expect(forest.predict([numbers('a', [low, high])])).toEqual(['l', 'h']);
  });

  it('knows its rows by heart, of any kind of target and however many there are', async () => {
    const random = new Random(3, 0);
    const rows = 3000;
    const columns = ['a', 'b', 'c'].map(name =>
      numbers(
        name,
        range(0, rows).map(() => random.next() / 2 ** 20),
      ),
    );
    const labels = range(0, rows).map(() => random.below(2));
    const many = range(0, rows).map(() => random.below(9));
    const two = await trainClassifier(columns, labels, ONE_TREE);
    const nine = await trainClassifier(columns, many, ONE_TREE);
    const regressor = await trainRegressor(columns, many, ONE_TREE);
    expect(two.predict(columns)).toEqual(labels);
    expect(nine.predict(columns)).toEqual(many);
    expect([...regressor.predict(columns)]).toEqual(many);
  });

  it('finds what only two columns together say', async () => {
    const columns = [numbers('a', [0, 0, 1, 1]), numbers('b', [0, 1, 0, 1])];
    const labels = [0, 1, 1, 0];
    const forest = await trainClassifier(columns, labels, ONE_TREE);
    expect(forest.predict(columns)).toEqual(labels);
  });

  it('sends missing numbers where they belong, also when nothing else tells rows apart', async () => {
    const rows = [1, 2, 3, null, null, 40, 50, 60];
    const [left, right] = await Promise.all([
      trainClassifier([numbers('a', rows)], [0, 0, 0, 0, 0, 1, 1, 1], ONE_TREE),
      trainClassifier([numbers('a', rows)], [0, 0, 0, 1, 1, 1, 1, 1], ONE_TREE),
    ]);
    expect(left.predict([numbers('a', [null, 3, 40])])).toEqual([0, 0, 1]);
    expect(right.predict([numbers('a', [null, 3, 40])])).toEqual([1, 0, 1]);
    const alone = await trainClassifier(
      [numbers('a', [5, 5, null, null])],
      ['there', 'there', 'not', 'not'],
      ONE_TREE,
    );
    expect(alone.predict([numbers('a', [5, 1e38, null])])).toEqual(['there', 'there', 'not']);
  });

  it('where training misses none, sends a missing one with the most rows', async () => {
    const forest = await trainClassifier([numbers('a', [1, 5, 6, 7])], [0, 1, 1, 1], ONE_TREE);
    expect(forest.predict([numbers('a', [null])])).toEqual([1]);
  });

  it('parts categories into two sets at once, a missing value being one of them', async () => {
    const values = ['a', 'b', 'c', 'd', null, 'a', 'b', 'c', 'd', null];
    const labels = [0, 1, 0, 1, 1, 0, 1, 0, 1, 1];
    const column: FeatureColumn = { name: 'k', kind: 'categorical', values };
    const forest = await trainClassifier([column], labels, ONE_TREE);
    expect(forest.nodes).toBe(3);
    expect(forest.predict([column])).toEqual(labels);
    // Codes follow the mean target; only a missing value's is always the last.
    expect(forest.signature).toEqual([
      { name: 'k', kind: 'categorical', categories: ['a', 'c', 'b', 'd'], missing: true },
    ]);
  });

  it('leaves as many rows in a leaf as asked for, and stops at a depth', async () => {
    const column = numbers('a', range(0, 100));
    const labels = range(0, 100).map(row => Number(row >= 3));
    const wide = await trainClassifier([column], labels, { ...ONE_TREE, minLeafRows: 10 });
    // The best cut would leave three rows at the left: ten it are.
    expect(wide.arrays.threshold[0]).toBe(9.5);
    const flat = await trainRegressor([column], range(0, 100), { ...ONE_TREE, maxDepth: 3 });
    expect(flat.nodes).toBe(15);
    const few = await trainRegressor([column], range(0, 100), { ...ONE_TREE, minSplitRows: 60 });
    expect(few.nodes).toBe(3);
  });

  it('is the same when a class weighs two as when its rows are there twice', async () => {
    const random = new Random(8, 0);
    const columns = ['a', 'b'].map(name =>
      numbers(
        name,
        range(0, 400).map(() => random.below(30)),
      ),
    );
    const labels = range(0, 400).map(() => ['x', 'y', 'z'][random.below(3)]!);
    const doubled = [...range(0, 400), ...range(0, 400).filter(row => labels[row] === 'y')];
    const options = { ...ONE_TREE, maxDepth: 6 };
    const weighted = await trainClassifier(columns, labels, {
      ...options,
      classWeights: new Map([['y', 2]]),
    });
    const repeated = await trainClassifier(
      rowsFrom(columns, doubled),
      doubled.map(row => labels[row]!),
      options,
    );
    expect(weighted.probabilities(columns)).toEqual(repeated.probabilities(columns));
  });

  it('balanced: a rare class weighs as much as a common one', async () => {
    const column = numbers('a', [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    const labels = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
    const options = { ...ONE_TREE, maxDepth: 1 };
    const forest = await trainClassifier([column], labels, {
      ...options,
      classWeights: 'balanced',
    });
    // Nine rows of class 0 weigh 5/9 each, the one of class 1 weighs 5: of the eight and the one, 5 of 85/9.
    expect(forest.probabilities([numbers('a', [1])])[1]).toBeCloseTo(5 / (5 + 40 / 9), 6);
  });
});
