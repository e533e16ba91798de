import { makeRows, range, rowsFrom } from './__testUtils__/rows';
import { accuracyOf, r2Of } from './metrics';
import { permutationImportance } from './importance';
import { trainClassifier, trainRegressor } from './train/train';

const made = makeRows(3000, 41);
const known = range(0, 1500);
const held = range(1500, 3000);
const columns = rowsFrom(made.columns, known);
const heldColumns = rowsFrom(made.columns, held);

describe('out-of-bag scores', () => {
  it('are what rows held back say, not what rows learned by heart do', async () => {
    const forest = await trainClassifier(
      columns,
      known.map(row => made.three[row]!),
      { outOfBag: true },
    );
    const labels = held.map(row => forest.classes.indexOf(made.three[row]!));
    const real = accuracyOf(forest.probabilities(heldColumns), labels);
    expect(Math.abs(forest.outOfBag!.accuracy - real)).toBeLessThan(0.03);
    expect(forest.outOfBag!.rows).toBe(1500);
    expect(forest.outOfBag!.auc).toBeUndefined();
  });

  it('of numbers too', async () => {
    const forest = await trainRegressor(
      columns,
      known.map(row => made.numbers[row]!),
      { outOfBag: true },
    );
    const real = r2Of(
      forest.predict(heldColumns),
      held.map(row => made.numbers[row]!),
    );
    expect(Math.abs(forest.outOfBag!.r2 - real)).toBeLessThan(0.02);
  });

  it('see no label through the order of categories: ids say nothing', async () => {
    const ids = {
      name: 'id',
      kind: 'categorical',
      values: known.map(row => `id ${row >> 1}`),
    } as const;
    const labels = known.map(row => made.numbers[(row * 7) % 1500]! > 10);
    const forest = await trainClassifier([ids], labels, { outOfBag: true, maxCategories: 1000 });
    // A leak would tell the classes apart; so would falling below a half turn a leak upside down.
    expect(forest.outOfBag!.auc).toBeGreaterThan(0.4);
    expect(forest.outOfBag!.auc).toBeLessThan(0.6);
  });
});

describe('permutation importance', () => {
  it('ranks what matters before noise, the same for the same seed', async () => {
    const labels = known.map(row => made.two[row]!);
    const forest = await trainClassifier(columns, labels, { trees: 50 });
    const heldLabels = held.map(row => made.two[row]!);
    const options = { metric: 'auc', seed: 9 } as const;
    const importances = permutationImportance(forest, heldColumns, heldLabels, options);
    expect(importances.map(({ name }) => name)).toEqual(['level', 'kind', 'amount', 'noise']);
    expect(importances[0]!.mean).toBeGreaterThan(0.1);
    expect(Math.abs(importances[3]!.mean)).toBeLessThan(0.01);
    expect(permutationImportance(forest, heldColumns, heldLabels, options)).toEqual(importances);
    for (const metric of ['accuracy', 'logLoss'] as const) {
      const [first] = permutationImportance(forest, heldColumns, heldLabels, {
        metric,
        repeats: 2,
      });
      expect(first!.name).toBe('level');
    }
  });

  it('of a regressor, in shares of the variance', async () => {
    const targets = known.map(row => made.numbers[row]!);
    const forest = await trainRegressor(columns, targets, { trees: 30 });
    const heldTargets = held.map(row => made.numbers[row]!);
    const [first] = permutationImportance(forest, heldColumns, heldTargets);
    expect(first!.name).toBe('level');
    expect(first!.mean).toBeGreaterThan(0.2);
  });
});
