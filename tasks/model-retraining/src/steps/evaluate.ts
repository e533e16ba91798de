import { RetrainingError } from '../errors';
import { evaluate } from '../evaluate/compare';
import { importanceOf } from '../evaluate/importance';
import { openScorer } from '../evaluate/scorer';
import { ModelError, computeFeatures, modelFileOf, type InputRow } from '@dolphinstage/model-kit';
import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { readRows } from '../store/rows';
import { currentModel } from './features';
import { collectedSchema, trainedSchema } from './results';
import type { Tools } from './tools';

/** Probabilities of the live version, by its own features; or why there are none. */
async function scoreCurrent(
  current: Awaited<ReturnType<typeof currentModel>>,
  rows: readonly InputRow[],
): Promise<{
  scored: { version: number; probabilities: Float64Array } | null;
  why: string | null;
}> {
  if (!current) return { scored: null, why: null };
  const { number, files, model } = current;
  try {
    const columns = computeFeatures(model.features, rows);
    const score = await openScorer(files, model);
    const probabilities = await score(columns);
    return { scored: { version: number, probabilities }, why: null };
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'DATA_INVALID') throw error;
    return {
      scored: null,
      why: `version ${number} can't be scored on these rows: ${error.message}`,
    };
  }
}

/** Candidate, live version and baseline on the held-out days, each from the rows as a request would have them. */
export async function evaluateStep(
  tools: Tools,
  { name, positive, gates, data: { entities } }: RetrainingPlan,
  run: RunView,
): Promise<StepEnd> {
  const { table } = collectedSchema.parse(run.resultOf('collect'));
  const { bundle, heldFrom } = trainedSchema.parse(run.resultOf('train'));
  const rows: InputRow[] = [];
  const source = { table, key: entities.key, cutOff: entities.cutOff, since: heldFrom };
  await readRows(tools.data, source, batch => rows.push(...batch));
  const files = await tools.bundles.open(bundle);
  const model = modelFileOf(files);
  const columns = computeFeatures(model.features, rows);
  const score = await openScorer(files, model);
  const candidate = await score(columns);
  const current = await currentModel(tools, run, name);
  const { scored, why } = await scoreCurrent(current, rows);
  const segments = Object.fromEntries(
    gates.segments.columns.map(column => {
      if (rows[0] && !Object.hasOwn(rows[0], column)) {
        throw new RetrainingError('PLAN_INVALID', `the query gives no ${column}`, {
          where: 'gates.segments.columns',
          todo: 'Select it, or take it from the segments.',
        });
      }
      return [column, rows.map(row => (row[column] === null ? null : String(row[column])))];
    }),
  );
  const positives = rows.map(row => Number(String(row[entities.label]) === positive));
  const evaluation = evaluate(
    {
      positives,
      candidate,
      current: scored,
      baseline: model.baseline,
      segments,
    },
    gates,
  );
  const { accuracy, auc } = evaluation.candidate;
  tools.ctx.log.info(
    `on ${rows.length} held-out rows: accuracy ${accuracy.toFixed(4)}, AUC ${auc?.toFixed(4)}`,
  );
  tools.ctx.counters.rowsIn += rows.length;
  const importance = await importanceOf(score, columns, positives);
  return { result: { current: current?.number ?? null, unscorable: why, evaluation, importance } };
}
