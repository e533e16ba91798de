import { makeRows } from '../__testUtils__/rows';
import type { FeatureColumn } from '../data/columns';
import { loadForest } from '../serialise';
import { trainClassifier, trainRegressor } from './train';

const numeric = (name: string, values: (number | null)[]): FeatureColumn => ({
  name,
  kind: 'numeric',
  values,
});
const good = [numeric('a', [1, 2, 3, 4])];
const labels = ['x', 'y', 'x', 'y'];

describe('degenerate input is refused before a tree is grown', () => {
  const many: FeatureColumn = {
    name: 'id',
    kind: 'categorical',
    values: Array.from({ length: 300 }, (_, row) => `id ${row}`),
  };
  const refused: [string, string, () => Promise<unknown>][] = [
    ['no columns', 'DATA_EMPTY', () => trainClassifier([], [])],
    ['no rows', 'DATA_EMPTY', () => trainClassifier([numeric('a', [])], [])],
    [
      'columns of different lengths',
      'DATA_RAGGED',
      () => trainClassifier([...good, numeric('b', [1])], labels),
    ],
    ['too few labels', 'DATA_RAGGED', () => trainClassifier(good, ['x', 'y'])],
    [
      'two columns of one name',
      'COLUMN_DUPLICATE',
      () => trainClassifier([...good, ...good], labels),
    ],
    [
      'an infinity',
      'VALUE_INVALID',
      () => trainClassifier([numeric('a', [1, 2, Infinity, 4])], labels),
    ],
    [
      'a number beyond 32 bits',
      'VALUE_INVALID',
      () => trainClassifier([numeric('a', [1, 2, 1e39, 4])], labels),
    ],
    [
      'a text among numbers',
      'VALUE_INVALID',
      () => trainClassifier([numeric('a', [1, 2, '3' as never, 4])], labels),
    ],
    [
      'a number among categories',
      'VALUE_INVALID',
      () =>
        trainClassifier(
          [{ name: 'a', kind: 'categorical', values: ['p', 1 as never, 'p', 'q'] }],
          labels,
        ),
    ],
    ['one class', 'ONE_CLASS', () => trainClassifier(good, ['x', 'x', 'x', 'x'])],
    ['a NaN label', 'LABEL_INVALID', () => trainClassifier(good, [0, 1, Number.NaN, 1])],
    [
      'a missing label',
      'LABEL_INVALID',
      () => trainClassifier(good, ['x', null as never, 'x', 'y']),
    ],
    ['labels of two kinds', 'LABEL_INVALID', () => trainClassifier(good, ['x', 1, 'x', 1])],
    [
      'more classes than 256',
      'TOO_MANY_CLASSES',
      () =>
        trainClassifier(
          [many],
          Array.from({ length: 300 }, (_, row) => row),
          { maxCategories: 300 },
        ),
    ],
    [
      'constant features',
      'CONSTANT_FEATURES',
      () => trainClassifier([numeric('a', [7, 7, 7, 7])], labels),
    ],
    [
      'features that are all missing',
      'CONSTANT_FEATURES',
      () => trainClassifier([numeric('a', [null, null, null, null])], labels),
    ],
    [
      'too many categories',
      'TOO_MANY_CATEGORIES',
      () =>
        trainClassifier(
          [many],
          Array.from({ length: 300 }, (_, row) => row % 2),
        ),
    ],
    ['a NaN target', 'LABEL_INVALID', () => trainRegressor(good, [1, 2, Number.NaN, 4])],
    ['one target', 'ONE_CLASS', () => trainRegressor(good, [5, 5, 5, 5])],
    ['no trees', 'OPTION_INVALID', () => trainClassifier(good, labels, { trees: 0 })],
    [
      'more features a split than there are',
      'OPTION_INVALID',
      () => trainClassifier(good, labels, { featuresPerSplit: 2 }),
    ],
    [
      'out-of-bag scores without bags',
      'OPTION_INVALID',
      () => trainClassifier(good, labels, { bootstrap: false, outOfBag: true }),
    ],
    [
      'a weight for an unknown class',
      'OPTION_INVALID',
      () => trainClassifier(good, labels, { classWeights: new Map([['z', 2]]) }),
    ],
    [
      'a weight of 0',
      'OPTION_INVALID',
      () => trainClassifier(good, labels, { classWeights: new Map([['x', 0]]) }),
    ],
  ];
  it.each(refused)('%s: %s', async (_, code, train) => {
    await expect(train()).rejects.toMatchObject({ name: 'ForestError', code });
  });

  it('says where', async () => {
    await expect(
      trainClassifier([numeric('a', [1, 2, Infinity, 4])], labels),
    ).rejects.toMatchObject({
      where: 'a, row 2',
    });
  });
});

describe('a trained forest refuses', () => {
  const { columns, two } = makeRows(200, 1);
  const trained = trainClassifier(columns, two, { trees: 2, threads: 0 });

  it('columns that it does not know as they are', async () => {
    const forest = await trained;
    expect(() => forest.predict(columns.slice(1))).toThrow(
      expect.objectContaining({ code: 'COLUMN_MISMATCH', where: 'level' }),
    );
    const renamed = columns.map(column => ({ ...column, kind: 'numeric', values: [1] }) as never);
    expect(() => forest.predict(renamed)).toThrow(
      expect.objectContaining({ code: 'COLUMN_MISMATCH', where: 'kind' }),
    );
  });

  it('calibration without out-of-bag rows, and labels that it does not know', async () => {
    const forest = await trained;
    expect(() => forest.calibrated({ method: 'platt' })).toThrow(
      expect.objectContaining({ code: 'NO_OUT_OF_BAG' }),
    );
    const strange = { method: 'platt', columns, labels: two.map(() => 'else') } as const;
    expect(() => forest.calibrated(strange)).toThrow(
      expect.objectContaining({ code: 'LABEL_INVALID' }),
    );
  });

  it('bytes that are no forest', () => {
    expect(() => loadForest(Buffer.from('{}'))).toThrow(
      expect.objectContaining({ code: 'MODEL_CORRUPT' }),
    );
  });
});
