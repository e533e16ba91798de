import { defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';
import { modelName } from '../plan';
import { tidyStep } from '../steps/tidy';
import { withTools } from '../steps/tools';
import { connectionInputs } from './inputs';

/** Lets go of what nobody needs any more. @public */
export const tidy = defineTask({
  id: 'model-retraining/tidy',
  description:
    'Deletes what nights of long ago have left: work tables, training sets, and files of candidates that became no version. Versions, and what was decided, stay.',
  input: z.object({
    ...connectionInputs,
    model: modelName,
    /** How many days ago a night must have ended. */
    keepDays: z.number().gt(0).default(14),
    /** How many days predictions, their labels and looks at live versions are kept. */
    keepPredictionsDays: z.number().gt(0).default(90),
  }),
  output: z.object({ nights: z.int(), files: z.int(), rows: z.int() }),
  run: (ctx, { model, keepDays, keepPredictionsDays, waitSeconds, ...connections }) =>
    withTools(ctx, connections, tools =>
      tidyStep(tools, { model, keepDays, keepPredictionsDays, waitSeconds }),
    ),
});
