import { modelFileOf } from '@dolphinstage/model-kit';
import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { collectedSchema, evaluatedSchema, gatedSchema, trainedSchema } from './results';
import { tell } from './tell';
import type { Tools } from './tools';

/** The candidate becomes a version: in PostgreSQL, which decides, then in MLflow, which is told. */
export async function registerStep(
  tools: Tools,
  { name, owner, description }: RetrainingPlan,
  day: string,
  run: RunView,
): Promise<StepEnd> {
  const window = collectedSchema.parse(run.resultOf('collect'));
  const { bundle, params, metrics } = trainedSchema.parse(run.resultOf('train'));
  const { evaluation } = evaluatedSchema.parse(run.resultOf('evaluate'));
  const { gates } = gatedSchema.parse(run.resultOf('gate'));
  const { accuracy, auc, logLoss, calibrationError } = evaluation.candidate;
  const { code } = modelFileOf(await tools.bundles.open(bundle)).producer;
  const registry = tools.versions(run.client, name);
  await registry.describe(owner, description);
  const number = await registry.register({
    bundle,
    params,
    metrics: { ...metrics, accuracy, logLoss, calibrationError, ...(auc === null ? {} : { auc }) },
    gates,
    window,
    day,
    code,
    by: tools.ctx.run.id,
  });
  await tell(tools, run.client, name);
  return { result: { number } };
}
