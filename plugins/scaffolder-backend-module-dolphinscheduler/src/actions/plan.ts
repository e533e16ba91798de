import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { assertApplicable } from '@dolphinstage/workflows';
import type { ActionDeps } from '../deps';
import { explained } from '../errors';
import { planOutput, withPlanStep } from '../plan/plan-step';
import { planInputSchema, planOutputSchema } from '../plan/schema';
import { examples } from './plan.examples';

/** `dolphinscheduler:workflow:plan`: what apply would do. Writes nothing. */
export const createPlanAction = (deps: ActionDeps) =>
  createTemplateAction({
    id: 'dolphinscheduler:workflow:plan',
    description:
      'Compares workflow definitions of the workspace with a DolphinScheduler and says what apply would do. Fails where apply would refuse.',
    examples,
    supportsDryRun: true,
    schema: { input: planInputSchema, output: planOutputSchema },
    handler: ctx =>
      explained(() =>
        withPlanStep(deps, ctx, ctx.input, 'read', async ({ plan }) => {
          const output = planOutput(plan);
          ctx.logger.info(output.text);
          for (const [name, value] of Object.entries(output)) {
            ctx.output(name as keyof typeof output, value);
          }
          assertApplicable(plan);
        }),
      ),
  });
