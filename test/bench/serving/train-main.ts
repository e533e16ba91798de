import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeFeatures, referenceOf, type ModelFile } from '@dolphinstage/model-kit';
import { toOnnx, trainClassifier } from '@dolphinstage/random-forest';
import { customers, features } from './customers';

const ROWS = 10_000;

/** Leaves the two files of a version in a folder. Arguments: folder, model, seed, trees. */
async function main([folder = '', name = '', seed = '', trees = '']: string[]): Promise<void> {
  const rows = customers(ROWS, Number(seed));
  const columns = computeFeatures(features, rows);
  const labels = rows.map(row => ((row.f0 as number) + (row.f1 as number) > 1 ? 'yes' : 'no'));
  const forest = await trainClassifier(columns, labels, { trees: Number(trees), seed: 1 });
  const model: ModelFile = {
    name,
    positive: 'yes',
    classes: ['no', 'yes'],
    features,
    categories: Object.fromEntries(
      forest.signature.flatMap(each =>
        each.kind === 'categorical' ? [[each.name, [...each.categories]]] : [],
      ),
    ),
    missing: [],
    reference: Object.fromEntries(columns.map(column => [column.name, referenceOf(column)])),
    window: { from: '2026-01-01', to: '2026-02-01' },
    baseline: 0.5,
    producer: { trainer: 'forest', code: seed },
  };
  writeFileSync(join(folder, 'model.onnx'), toOnnx(forest));
  writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
}

void main(process.argv.slice(2));
