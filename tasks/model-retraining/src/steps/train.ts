import { saveForest, toOnnx } from '@dolphinstage/random-forest';
import { digestOf, referenceOf, type ModelFile } from '@dolphinstage/model-kit';
import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { decodeTrainingSet } from '../store/training-set';
import { trainByCommand } from '../train/command';
import { pick, trainForest, type TrainingRows } from '../train/forest';
import { earlierThan } from '../train/time-folds';
import { collectedSchema, featuresSchema } from './results';
import type { Tools } from './tools';

/** A trained model, before it is a bundle. */
interface Trained {
  readonly files: [string, Uint8Array][];
  readonly categories: Readonly<Record<string, readonly string[]>>;
  readonly missing: string[];
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

async function train(
  { trainer, positive }: RetrainingPlan,
  rows: TrainingRows,
  signal: AbortSignal,
): Promise<Trained> {
  if (trainer.kind === 'command') {
    const { onnx, metrics, categories } = await trainByCommand(rows, positive, trainer, signal);
    return {
      files: [['model.onnx', onnx]],
      categories,
      // encodeRows gives its trainer none.
      missing: [],
      params: { trainer: trainer.command.join(' ') },
      metrics: Object.fromEntries(
        Object.entries(metrics).map(([name, value]) => [`trainer.${name}`, value]),
      ),
    };
  }
  const { forest, chosen, tried } = await trainForest(rows, positive, trainer, signal);
  const options = Object.entries(chosen).map(([option, value]) => [option, String(value)]);
  return {
    files: [
      ['model.onnx', toOnnx(forest)],
      ['model.forest', saveForest(forest)],
    ],
    categories: Object.fromEntries(
      forest.signature.flatMap(each =>
        each.kind === 'categorical' ? [[each.name, [...each.categories]]] : [],
      ),
    ),
    missing: forest.signature.flatMap(each =>
      each.kind === 'categorical' && each.missing ? [each.name] : [],
    ),
    params: {
      trainer: 'forest',
      trees: String(trainer.trees),
      seed: String(trainer.seed),
      ...Object.fromEntries(options),
    },
    metrics: {
      'search.logLoss': tried[0]!.loss,
      'search.tried': tried.length,
      ...(forest.outOfBag ? { 'outOfBag.accuracy': forest.outOfBag.accuracy } : {}),
    },
  };
}

/** Learns from all but the last days; leaves a bundle. */
export async function trainStep(
  { files, bundles, ctx }: Tools,
  plan: RetrainingPlan,
  run: RunView,
): Promise<StepEnd> {
  const window = collectedSchema.parse(run.resultOf('collect'));
  const { file } = featuresSchema.parse(run.resultOf('features'));
  const { features, labels, times } = decodeTrainingSet(await files.get(file));
  const heldFrom = Date.parse(window.to) - plan.holdOutDays * 86_400_000;
  const { train: earlier, test: held } = earlierThan(times, heldFrom);
  const rows = {
    columns: pick(features, earlier),
    labels: Array.from(earlier, row => labels[row]!),
    times: Array.from(earlier, row => times[row]!),
  };
  const classes = [...new Set(rows.labels)].sort();
  if (held.length === 0 || classes.length !== 2) {
    const reason = `of ${labels.length} rows ${held.length} are of the last ${plan.holdOutDays} days, and those before have the labels ${classes.join(', ')}`;
    return { result: {}, end: { outcome: 'refused', reasons: [reason] } };
  }
  const begun = performance.now();
  const trained = await train(plan, rows, ctx.signal);
  const positives = rows.labels.filter(label => label === plan.positive).length;
  const model: ModelFile = {
    name: plan.name,
    positive: plan.positive,
    classes,
    features: plan.features,
    categories: Object.fromEntries(
      Object.entries(trained.categories).map(([name, texts]) => [name, [...texts]]),
    ),
    missing: trained.missing,
    reference: Object.fromEntries(rows.columns.map(column => [column.name, referenceOf(column)])),
    window: { from: window.from, to: new Date(heldFrom).toISOString() },
    baseline: positives / rows.labels.length,
    producer: {
      trainer: plan.trainer.kind,
      code: digestOf(JSON.stringify([plan.features, plan.trainer, plan.data])),
    },
  };
  await run.storing();
  const bundle = await bundles.put(
    new Map([...trained.files, ['model.json', Buffer.from(JSON.stringify(model))]]),
  );
  const seconds = (performance.now() - begun) / 1000;
  ctx.log.info(`trained on ${rows.labels.length} rows in ${seconds.toFixed(1)} s`, trained.params);
  ctx.counters.rowsIn += rows.labels.length;
  return {
    result: {
      bundle,
      heldFrom: new Date(heldFrom).toISOString(),
      params: trained.params,
      metrics: { ...trained.metrics, 'training.rows': rows.labels.length },
    },
  };
}
