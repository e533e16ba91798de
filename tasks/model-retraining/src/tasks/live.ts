import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { modelName } from '../plan';
import { rollBack, watchStep } from '../steps/watch';
import { withTools } from '../steps/tools';
import { withModel } from '../run/locked';
import { tell } from '../steps/tell';
import { connectionInputs } from './inputs';

const ofModel = { ...connectionInputs, model: modelName };

/** One look at a live model. @public */
export const watch = defineTask({
  id: 'model-retraining/watch',
  description:
    "Holds the live version's quality, errors, latency and inputs against its bounds; goes back to the one before where it has broken them.",
  input: z.object(ofModel),
  output: z.object({
    version: z.int().nullable(),
    action: z.enum(['none', 'rollback', 'cool-down', 'nothing-to-return-to']),
    reasons: z.array(z.string()),
  }),
  run: (ctx, input) =>
    withTools(ctx, input, async tools => {
      const seen = await watchStep(tools, input.model, input.waitSeconds);
      return { ...seen, reasons: [...seen.reasons] };
    }),
});

/** Goes back by hand. @public */
export const rollback = defineTask({
  id: 'model-retraining/rollback',
  description: 'Goes back to the version before the live one, or to one that is named.',
  input: z.object({
    ...ofModel,
    /** The version to go back to; the one before the live one unless told. */
    to: z.int().min(1).optional(),
    why: z.string().min(1),
    /** Who decides it; the run unless told. */
    who: z.string().min(1).optional(),
  }),
  output: z.object({ version: z.int() }),
  run: (ctx, { model, to, why, who = ctx.run.id, waitSeconds, ...connections }) =>
    withTools(ctx, connections, async tools => ({
      version: await rollBack(tools, { kind: 'rollback', model, to, why, who, waitSeconds }),
    })),
});

/** Repairs what MLflow tells. @public */
export const tellMlflow = defineTask({
  id: 'model-retraining/tell-mlflow',
  description: 'Makes MLflow tell of a model what PostgreSQL tells.',
  input: z.object(ofModel),
  output: z.object({ changes: z.array(z.string()) }),
  run: (ctx, { model, waitSeconds, ...connections }) =>
    withTools(ctx, connections, tools =>
      withModel(tools.models, tools.asset, model, waitSeconds, async client => ({
        changes: await tell(tools, client, model),
      })),
    ),
});
