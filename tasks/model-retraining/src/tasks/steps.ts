import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { planSchema } from '../plan';
import { stepOutput } from '../run/outcome';
import { collectStep } from '../steps/collect';
import { deployStep } from '../steps/deploy';
import { evaluateStep } from '../steps/evaluate';
import { featuresStep } from '../steps/features';
import { gateStep } from '../steps/gate';
import { registerStep } from '../steps/register';
import { trainStep } from '../steps/train';
import { connectionInputs, runStep, stepTask } from './inputs';

/** Begins a model's run of a day. @public */
export const collect = defineTask({
  id: 'model-retraining/collect',
  description:
    "Collects the last days' rows of a model, each as it could be known at its cut-off, and begins the run of the day.",
  input: z.object({
    ...connectionInputs,
    plan: planSchema,
    /** The run's day, UTC: rows with cut-offs before it are taken. Today unless told. */
    day: z.iso.date().optional(),
  }),
  output: stepOutput,
  run(ctx, { day = new Date().toISOString().slice(0, 10), ...input }) {
    const run = { ...input, model: input.plan.name, day };
    return runStep(ctx, run, 'collect', (tools, plan) => collectStep(tools, plan, day));
  },
});

/** @public */
export const features = stepTask(
  'features',
  'Computes the features of the collected rows, how far they have drifted, and what tells the label by itself.',
  featuresStep,
);

/** @public */
export const train = stepTask(
  'train',
  'Searches and trains a model on all but the last days, and leaves it as a bundle.',
  trainStep,
);

/** @public */
export const evaluate = stepTask(
  'evaluate',
  'Compares candidate, live version and a trivial baseline on the days held out.',
  evaluateStep,
);

/** @public */
export const gate = stepTask(
  'gate',
  'Lets the candidate pass or ends the run with reasons.',
  gateStep,
);

/** @public */
export const register = stepTask(
  'register',
  'Makes the candidate a version, in PostgreSQL and then in MLflow.',
  (tools, plan, run, day) => registerStep(tools, plan, day, run),
);

/** @public */
export const deploy = stepTask(
  'deploy',
  'Makes the version the live one, or a candidate beside it.',
  (tools, plan, run, day) => deployStep(tools, plan, day, run),
);
