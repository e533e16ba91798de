import { aloneAuc } from '../features/alone';
import { driftFrom } from '../features/drift';
import { GrowingColumns, GrowingTexts } from '../features/growing-columns';
import { ModelError, modelFileOf, type ModelFile } from '@dolphinstage/model-kit';
import type { FeatureDrift } from '../gates/judge';
import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { readRows } from '../store/rows';
import { encodeTrainingSet } from '../store/training-set';
import { collectedSchema } from './results';
import type { Tools } from './tools';

/** The live version, and what it says of itself. */
export async function currentModel(
  tools: Tools,
  { client }: RunView,
  name: string,
): Promise<{ number: number; files: Map<string, Buffer>; model: ModelFile } | null> {
  const versions = tools.versions(client, name);
  const { current } = await versions.deployment();
  if (current === null) return null;
  const { bundle } = (await versions.all()).find(({ number }) => number === current)!;
  const files = await tools.bundles.open(bundle);
  return { number: current, files, model: modelFileOf(files) };
}

/** Features of all rows into a file; how far they are from what the live version learned; what tells the label alone. */
export async function featuresStep(
  tools: Tools,
  { name, features, positive, data: { entities } }: RetrainingPlan,
  run: RunView,
): Promise<StepEnd> {
  const { table, rows: count } = collectedSchema.parse(run.resultOf('collect'));
  const own = new GrowingColumns(features);
  const current = await currentModel(tools, run, name);
  let theirs = current ? new GrowingColumns(current.model.features) : undefined;
  const labelled = new GrowingTexts();
  const times: number[] = [];
  await readRows(tools.data, { table, key: entities.key, cutOff: entities.cutOff }, rows => {
    own.add(rows);
    try {
      theirs?.add(rows);
    } catch (error) {
      // It was made of other columns: the evaluation says so.
      if (!(error instanceof ModelError) || error.code !== 'DATA_INVALID') throw error;
      theirs = undefined;
    }
    labelled.add(rows.map(row => String(row[entities.label])));
    for (const row of rows) times.push(Date.parse(String(row[entities.cutOff])));
  });
  const labels = labelled.values() as string[];
  const classes = [...new Set(labels)];
  if (classes.length !== 2 || !classes.includes(positive)) {
    const reason = `the labels are ${classes.sort().join(', ')}; there must be two, one of them ${positive}`;
    return { result: {}, end: { outcome: 'refused', reasons: [reason] } };
  }
  await run.storing();
  const file = await tools.files.put(
    encodeTrainingSet({ features: own.all(), labels, times: Float64Array.from(times) }),
  );
  const positives = labels.map(label => Number(label === positive));
  const alone = own.all().map(column => ({
    feature: column.name,
    auc: aloneAuc(column, positives),
  }));
  const drift: FeatureDrift[] =
    current && theirs ? driftFrom(current.model.reference, theirs.all()) : [];
  tools.ctx.counters.rowsIn += count;
  tools.ctx.log.info(`${features.length} features of ${count} rows`);
  return { result: { file, current: current?.number ?? null, drift, alone } };
}
