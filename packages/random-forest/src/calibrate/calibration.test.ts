import { makeRows, range, rowsFrom } from '../__testUtils__/rows';
import { logLossOf } from '../metrics';
import { trainClassifier } from '../train/train';
import { applyIsotonic, fitIsotonic } from './isotonic';
import { applyPlatt, fitPlatt } from './platt';

describe('isotonic', () => {
  it('pools neighbours that fall, rises in between, and is flat outside', () => {
    // By hand: 1, 0 at .2 and .3 fall and become ½ each; so do 1, 1, 0 at .5, .6, .7 with ⅔.
    const curve = fitIsotonic([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.9], [0, 1, 0, 1, 1, 0, 1]);
    const at = [0, 0.1, 0.15, 0.2, 0.25, 0.4, 0.6, 0.8, 0.9, 1];
    // One row alone at either end: ⅓ and ⅔, which is no more than the block beside it has.
    const low = 1 / 3;
    const high = 2 / 3;
    const expected = [
      low,
      low,
      (low + 0.5) / 2,
      0.5,
      0.5,
      (0.5 + high) / 2,
      high,
      high,
      high,
      high,
    ];
    at.forEach((score, index) => {
      expect(applyIsotonic(curve, score)).toBeCloseTo(expected[index]!, 12);
    });
  });

  it('never says never', () => {
    const curve = fitIsotonic([0.1, 0.2, 0.3, 0.8, 0.9], [0, 0, 0, 1, 1]);
    expect(applyIsotonic(curve, 0)).toBe(1 / 5);
    expect(applyIsotonic(curve, 1)).toBe(3 / 4);
  });

  it('takes rows of one score as one', () => {
    const curve = fitIsotonic([0.5, 0.5, 0.5, 0.5, 0.7], [1, 0, 0, 0, 1]);
    expect(applyIsotonic(curve, 0.5)).toBe(0.25);
    expect(fitIsotonic([0.4, 0.4], [1, 0])).toEqual({ kind: 'isotonic', from: [0.4], to: [0.5] });
  });
});

describe('platt', () => {
  it('finds the sigmoid with the least loss', () => {
    const scores = [0, 0, 0, 0, 1, 1, 1, 1];
    const hits = [0, 0, 0, 1, 0, 1, 1, 1];
    const curve = fitPlatt(scores, hits);
    // With two scores the curve meets both means: of Platt's targets 1/6 and 5/6, ⅓ and ⅔.
    expect(applyPlatt(curve, 0)).toBeCloseTo(1 / 3, 8);
    expect(applyPlatt(curve, 1)).toBeCloseTo(2 / 3, 8);
  });

  it('is finite when scores tell all rows apart', () => {
    const { slope, offset } = fitPlatt([0, 0.1, 0.9, 1], [0, 0, 1, 1]);
    expect(Number.isFinite(slope) && Number.isFinite(offset)).toBe(true);
    expect(slope).toBeGreaterThan(0);
  });
});

describe.each([
  ['isotonic', 'two'],
  ['platt', 'two'],
  ['isotonic', 'three'],
  ['platt', 'three'],
] as const)('%s on %s classes', (method, target) => {
  const made = makeRows(4000, 31);
  const known = range(0, 2000);
  const held = range(2000, 4000);
  const columns = rowsFrom(made.columns, known);
  const heldColumns = rowsFrom(made.columns, held);
  const given: (string | boolean)[] = made[target];
  // Weights push the raw probabilities away from what comes true.
  const trained = trainClassifier(
    columns,
    known.map(row => given[row]!),
    {
      trees: 60,
      seed: 4,
      minLeafRows: 3,
      outOfBag: true,
      classWeights: new Map<string, number>(
        [
          ['true', 8],
          ['high', 8],
        ].filter(([name]) => known.some(row => String(given[row]) === name)) as [string, number][],
      ),
    },
  );

  it('says what comes true, fitted out of the bag as well as to rows held back', async () => {
    const raw = await trained;
    const labels = held.map(row => raw.classes.indexOf(String(given[row])));
    const loss = logLossOf(raw.probabilities(heldColumns), labels);
    const fitted = raw.calibrated({ method });
    const outOfBag = logLossOf(fitted.probabilities(heldColumns), labels);
    const other = held.slice(1000);
    const heldBack = raw.calibrated({
      method,
      columns: rowsFrom(made.columns, other),
      labels: other.map(row => given[row]!),
    });
    const first = logLossOf(
      heldBack.probabilities(rowsFrom(made.columns, held.slice(0, 1000))),
      labels.slice(0, 1000),
    );
    expect(outOfBag).toBeLessThan(loss - 0.004);
    expect(first).toBeLessThan(loss - 0.004);
    expect(raw.calibratedBy).toBeUndefined();
  });

  it('adds up to 1 in every row', async () => {
    const fitted = (await trained).calibrated({ method });
    const probabilities = fitted.probabilities(heldColumns);
    const classes = fitted.classes.length;
    const sums = held.map((_, row) =>
      probabilities
        .subarray(row * classes, (row + 1) * classes)
        .reduce((sum, value) => sum + value, 0),
    );
    expect(Math.max(...sums.map(sum => Math.abs(sum - 1)))).toBeLessThan(1e-6);
  });
});
