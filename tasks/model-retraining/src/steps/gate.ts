import type { Evaluation } from '../evaluate/compare';
import { judge } from '../gates/judge';
import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { evaluatedSchema, featuresSchema, trainedSchema } from './results';
import type { Tools } from './tools';

/** Why a candidate is out of the question, whatever its figures. */
async function barred(
  { versions }: Tools,
  { name }: RetrainingPlan,
  run: RunView,
  bundle: string,
): Promise<string[]> {
  const registry = versions(run.client, name);
  const known = (await registry.all()).find(version => version.bundle === bundle);
  if (!known) return [];
  const { current } = await registry.deployment();
  if (known.number === current) return [`it is version ${current}, which is live`];
  const taken = (await registry.history()).find(
    ({ kind, from }) => kind === 'rollback' && from === known.number,
  );
  return taken ? [`it is version ${known.number}, which was switched back: ${taken.why}`] : [];
}

/** A candidate that isn't good enough ends the run; it is no error. */
export async function gateStep(tools: Tools, plan: RetrainingPlan, run: RunView): Promise<StepEnd> {
  const { drift, alone } = featuresSchema.parse(run.resultOf('features'));
  const { bundle } = trainedSchema.parse(run.resultOf('train'));
  const { evaluation, unscorable } = evaluatedSchema.parse(run.resultOf('evaluate'));
  const judged = { evaluation: evaluation as unknown as Evaluation, drift, alone };
  const gates = judge(judged, plan.gates);
  const reasons = [
    ...(await barred(tools, plan, run, bundle)),
    ...(unscorable ? [unscorable] : []),
    ...gates.filter(({ passed }) => !passed).map(({ gate, words }) => `${gate}: ${words}`),
  ];
  gates.forEach(({ gate, passed, words }) =>
    tools.ctx.log.info(`${gate}: ${passed ? 'passed' : 'not passed'}: ${words}`),
  );
  return {
    result: { gates },
    ...(reasons.length > 0 ? { end: { outcome: 'refused' as const, reasons } } : {}),
  };
}
