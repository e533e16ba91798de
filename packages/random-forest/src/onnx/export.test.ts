import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '@dolphinstage/embedded';
import { oraclePython } from '../__testUtils__/python';
import { makeRows } from '../__testUtils__/rows';
import type { FeatureColumn } from '../data/columns';
import type { ForestClassifier } from '../forest/classifier';
import type { ForestRegressor } from '../forest/regressor';
import { trainClassifier, trainRegressor } from '../train/train';
import { toOnnx } from './export';

jest.setTimeout(600_000);

interface Answer {
  label?: (string | number)[];
  probabilities?: number[];
  estimate?: number[];
}

const made = makeRows(1200, 51);
/** Also rows with a category that training hasn't seen, and with all that can be missing. */
const asked = makeRows(700, 52).columns.map(({ values, ...column }) => ({
  ...column,
  values: [
    ...Array.from(values as ArrayLike<unknown>),
    column.kind === 'numeric' ? -1e30 : 'never seen',
    null,
  ],
})) as FeatureColumn[];
const options = { trees: 40, threads: 0, outOfBag: true, seed: 6 };

/** What onnxruntime makes of it, in Node and in Python, which checks the file as well. */
async function score(forest: ForestClassifier | ForestRegressor): Promise<Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-test-'));
  try {
    const [model, rows] = [join(folder, 'model.onnx'), join(folder, 'rows.f32')];
    writeFileSync(model, toOnnx(forest));
    writeFileSync(rows, forest.encode(asked));
    const given = [model, rows, String(forest.signature.length)];
    const utils = join(__dirname, '../__testUtils__');
    const tsx = pathToFileURL(require.resolve('tsx')).href;
    const answers = [join(folder, 'node.json'), join(folder, 'python.json')];
    await run(process.execPath, ['--import', tsx, join(utils, 'score.ts'), ...given, answers[0]!]);
    await run(await oraclePython(), [join(utils, 'score.py'), ...given, answers[1]!]);
    return answers.map(answer => JSON.parse(readFileSync(answer, 'utf8')) as Answer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function farthest(ours: ArrayLike<number>, theirs: ArrayLike<number> | undefined): number {
  expect(theirs).toHaveLength(ours.length);
  return Array.from(ours, (value, at) => {
    // Relative to the greater of 1 and the value itself.
    return Math.abs(value - theirs![at]!) / Math.max(1, Math.abs(value));
  }).reduce((most, distance) => Math.max(most, distance), 0);
}

const TARGETS = ['two', 'three', 'five'] as const;
const METHODS = ['raw', 'isotonic', 'platt'] as const;

describe.each(TARGETS)('a classifier of %s classes as ONNX', target => {
  it.each(METHODS)('%s: is valid, and scored the same in Node and Python', async method => {
    const labels: (string | number | boolean)[] = made[target];
    const raw = await trainClassifier(made.columns, labels, {
      ...options,
      classWeights: 'balanced',
    });
    const forest = method === 'raw' ? raw : raw.calibrated({ method });
    const ours = forest.probabilities(asked);
    for (const answer of await score(forest)) {
      expect(farthest(ours, answer.probabilities)).toBeLessThan(1e-6);
      expect(answer.label).toEqual(forest.predict(asked));
    }
  });
});

it('a regressor as ONNX is valid, and scored the same in Node and Python', async () => {
  const forest = await trainRegressor(made.columns, made.numbers, options);
  for (const answer of await score(forest)) {
    expect(farthest(forest.predict(asked), answer.estimate)).toBeLessThan(1e-6);
  }
});

it('a class that hardly any tree knows still has its place', async () => {
  const labels = made.two.map((label, row) => (row === 17 ? 'rare' : String(label)));
  const forest = await trainClassifier(made.columns, labels, { trees: 2, threads: 0, seed: 1 });
  for (const answer of await score(forest)) {
    expect(farthest(forest.probabilities(asked), answer.probabilities)).toBeLessThan(1e-6);
  }
});
