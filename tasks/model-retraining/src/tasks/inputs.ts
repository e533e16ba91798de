import { connectionInput, defineTask, type TaskContext } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { modelName, planSchema, type RetrainingPlan } from '../plan';
import { stepOutput, type Step } from '../run/outcome';
import { doStep, type RunView, type StepEnd } from '../run/retraining-run';
import { withTools, type Tools } from '../steps/tools';

/** What all tasks take. */
export const connectionInputs = {
  /** Where runs, versions and what is live are: schema `models`. */
  models: connectionInput('postgres'),
  /** Where entities and events are. */
  data: connectionInput('postgres'),
  /** A folder that all workers see: training sets and bundles. */
  files: connectionInput('files'),
  mlflow: connectionInput('http'),
  /** Seconds that another process may go on with this model. */
  waitSeconds: z.number().gt(0).max(86_400).default(600),
};

/** Which run: as its first step has handed on. */
const runInput = z.object({ ...connectionInputs, model: modelName, day: z.iso.date() });

/** Does one step of a run as a task. */
export async function runStep(
  ctx: TaskContext,
  input: z.output<typeof runInput> & { plan?: RetrainingPlan },
  step: Step,
  work: (tools: Tools, plan: RetrainingPlan, run: RunView) => Promise<StepEnd>,
) {
  const { model, day, plan, waitSeconds } = input;
  return withTools(ctx, input, async tools => {
    const of = {
      db: tools.models,
      asset: tools.asset,
      model,
      day,
      plan,
      by: ctx.run.id,
      waitSeconds,
    };
    const output = await doStep(of, step, run => work(tools, planSchema.parse(run.plan), run));
    output.reasons.forEach(reason => ctx.log.warn(`${output.outcome}: ${reason}`));
    return output;
  });
}

/** A task that does one step after `collect`. */
export function stepTask(
  step: Step,
  description: string,
  work: (tools: Tools, plan: RetrainingPlan, run: RunView, day: string) => Promise<StepEnd>,
) {
  return defineTask({
    id: `model-retraining/${step}`,
    description,
    input: runInput,
    output: stepOutput,
    run: (ctx, input) =>
      runStep(ctx, input, step, (tools, plan, run) => work(tools, plan, run, input.day)),
  });
}
