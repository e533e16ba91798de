import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@dolphinstage/embedded';
import { oraclePython } from './__testUtils__/python';
import { range, rowsFrom } from './__testUtils__/rows';
import type { FeatureColumn } from './data/columns';
import { accuracyOf, aucOf, r2Of } from './metrics';
import { trainClassifier, trainRegressor } from './train/train';

jest.setTimeout(3_600_000);

const ALL = Boolean(process.env.DOLPHINSTAGE_TEST_ALL);
const SEEDS = range(1, ALL ? 11 : 4);
const TREES = ALL ? 300 : 100;
/** How much worse we may be, on average. Fewer seeds and trees leave more to chance. */
const TOLERANCE = ALL ? 0.002 : 0.004;

interface OracleRun {
  seed: number;
  train: number[];
  test: number[];
  auc?: number;
  accuracy?: number;
  r2?: number;
}

interface OracleSet {
  columns: FeatureColumn[];
  labels: (string | number)[];
  runs: OracleRun[];
}

/** Real data and scikit-learn's scores on it: the same splits, trees, leaves and features tried. */
async function ask(names: readonly string[]): Promise<Record<string, OracleSet>> {
  const folder = mkdtempSync(join(tmpdir(), 'forest-oracle-'));
  try {
    const out = join(folder, 'oracle.json');
    const script = join(__dirname, '__testUtils__/oracle.py');
    const given = [out, String(TREES), names.join(','), SEEDS.join(',')];
    await run(await oraclePython(), [script, ...given], { limit: 3000 });
    return JSON.parse(readFileSync(out, 'utf8')) as Record<string, OracleSet>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The split of one run. */
function split({ columns, labels }: OracleSet, { train, test }: OracleRun) {
  return {
    columns: rowsFrom(columns, train),
    labels: train.map(row => labels[row]!),
    heldColumns: rowsFrom(columns, test),
    heldLabels: test.map(row => labels[row]!),
  };
}

/** Our AUC (of more than two classes each against the others, averaged) and accuracy less scikit-learn's. */
async function ahead(set: OracleSet, one: OracleRun) {
  const { columns, labels, heldColumns, heldLabels } = split(set, one);
  const forest = await trainClassifier(columns, labels, { trees: TREES, seed: one.seed });
  const classes = forest.classes.length;
  const probabilities = forest.probabilities(heldColumns);
  const places = heldLabels.map(label => forest.classes.indexOf(label));
  const aucs = (classes === 2 ? [1] : range(0, classes)).map(place =>
    aucOf(
      places.map((_, row) => probabilities[row * classes + place]!),
      places.map(label => Number(label === place)),
    ),
  );
  return {
    auc: mean(aucs) - one.auc!,
    accuracy: accuracyOf(probabilities, places) - one.accuracy!,
  };
}

describe(`beside scikit-learn, ${SEEDS.length} seeds, ${TREES} trees`, () => {
  // Customers, credits with missing values, and staff (categories); cells and digits (numbers, ten classes).
  const names = ['wa_churn', 'mlc_churn', 'credit_data', 'attrition', 'breast_cancer', 'digits'];

  const targets = ['concrete', 'ames'];
  let sets: Record<string, OracleSet>;

  beforeAll(async () => {
    sets = await ask([...names, ...targets]);
  });

  it('AUC and accuracy on real data are not worse', async () => {
    const bySet: { name: string; auc: number; accuracy: number }[] = [];
    for (const name of names) {
      const runs = [];
      for (const one of sets[name]!.runs) runs.push(await ahead(sets[name]!, one));
      bySet.push({
        name,
        auc: mean(runs.map(({ auc }) => auc)),
        accuracy: mean(runs.map(({ accuracy }) => accuracy)),
      });
    }
    process.stdout.write(`${JSON.stringify(bySet)}\n`);
    expect(sets.wa_churn!.labels).toHaveLength(7043);
    expect(sets.mlc_churn!.labels).toHaveLength(5000);
    expect(mean(bySet.map(({ auc }) => auc))).toBeGreaterThan(-TOLERANCE);
    expect(mean(bySet.map(({ accuracy }) => accuracy))).toBeGreaterThan(-TOLERANCE);
    // And on none of them much worse, which an average could hide.
    expect(bySet.filter(({ auc, accuracy }) => Math.min(auc, accuracy) < -2 * TOLERANCE)).toEqual(
      [],
    );
  });

  it('R² on real data is not worse', async () => {
    const gains: number[] = [];
    for (const name of targets) {
      const set = sets[name]!;
      for (const one of set.runs) {
        const { columns, labels, heldColumns, heldLabels } = split(set, one);
        const options = { trees: TREES, seed: one.seed };
        const forest = await trainRegressor(columns, labels as number[], options);
        gains.push(r2Of(forest.predict(heldColumns), heldLabels as number[]) - one.r2!);
      }
    }
    expect(gains).toHaveLength(2 * SEEDS.length);
    expect(mean(gains)).toBeGreaterThan(-TOLERANCE);
  });
});
