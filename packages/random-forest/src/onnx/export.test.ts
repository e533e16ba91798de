import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const TARGETS = ['two', 'three', 'five'] as const;
const METHODS = ['raw', 'isotonic', 'platt'] as const;

/** Every forest that is exported here, by name. */
async function grow(): Promise<Map<string, ForestClassifier | ForestRegressor>> {
  const forests = new Map<string, ForestClassifier | ForestRegressor>();
  for (const target of TARGETS) {
    const labels: (string | number | boolean)[] = made[target];
    const weighted = { ...options, classWeights: 'balanced' } as const;
    const raw = await trainClassifier(made.columns, labels, weighted);
    for (const method of METHODS) {
      forests.set(`${target} ${method}`, method === 'raw' ? raw : raw.calibrated({ method }));
    }
  }
  const rare = made.two.map((label, row) => (row === 17 ? 'rare' : String(label)));
  forests.set('rare', await trainClassifier(made.columns, rare, { ...options, trees: 2 }));
  forests.set('numbers', await trainRegressor(made.columns, made.numbers, options));
  return forests;
}

function farthest(ours: ArrayLike<number>, theirs: ArrayLike<number> | undefined): number {
  expect(theirs).toHaveLength(ours.length);
  return Array.from(ours, (value, at) => {
    // Relative to the greater of 1 and the value itself.
    return Math.abs(value - theirs![at]!) / Math.max(1, Math.abs(value));
  }).reduce((most, distance) => Math.max(most, distance), 0);
}

describe('as ONNX, scored by onnxruntime in Node and in Python, which checks the file as well', () => {
  let forests: Map<string, ForestClassifier | ForestRegressor>;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onnx-test-'));
    forests = await grow();
    const folders = [...forests].map(([name, forest]) => {
      const own = join(folder, name);
      mkdirSync(own);
      writeFileSync(join(own, 'model.onnx'), toOnnx(forest));
      writeFileSync(join(own, 'rows.f32'), forest.encode(asked));
      return own;
    });
    const given = [String(asked.length), ...folders];
    const utils = join(__dirname, '../__testUtils__');
    const tsx = pathToFileURL(require.resolve('tsx')).href;
    await run(process.execPath, ['--import', tsx, join(utils, 'score.ts'), ...given]);
    await run(await oraclePython(), [join(utils, 'score.py'), ...given]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const answer = (name: string, by: string) =>
    JSON.parse(readFileSync(join(folder, name, `${by}.json`), 'utf8')) as Answer;

  const classifiers = [
    ...TARGETS.flatMap(target => METHODS.map(method => `${target} ${method}`)),
    // A class that hardly any tree knows still has its place.
    'rare',
  ];
  describe.each(['node', 'python'])('%s', by => {
    it.each(classifiers)('%s: the same probabilities and labels', name => {
      const forest = forests.get(name) as ForestClassifier;
      const { probabilities, label } = answer(name, by);
      expect(farthest(forest.probabilities(asked), probabilities)).toBeLessThan(1e-6);
      expect(label).toEqual(forest.predict(asked));
    });

    it('numbers: the same estimates', () => {
      const forest = forests.get('numbers') as ForestRegressor;
      const { estimate } = answer('numbers', by);
      expect(farthest(forest.predict(asked), estimate)).toBeLessThan(1e-6);
    });
  });
});
