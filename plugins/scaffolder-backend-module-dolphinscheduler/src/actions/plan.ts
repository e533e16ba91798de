import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { assertApplicable } from '@dolphinstage/workflows';
import type { ActionDeps } from '../deps';
import { explained } from '../errors';
import { outputWithoutPlan, planOutput, withPlanStep, type PlanOutput } from '../plan/plan-step';
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
    schema: {
      input: {
        ...planInputSchema,
        whenNotAllowed: z =>
          z
            .enum(['fail', 'goOn'])
            .describe(
              'Whoever may not apply it sees no plan. `goOn`: no failure, where the code is only proposed. Default: `fail`',
            )
            .optional(),
      },
      output: planOutputSchema,
    },
    handler: ctx =>
      explained(async () => {
        const { instance, whenNotAllowed } = ctx.input;
        const say = (output: PlanOutput) => {
          ctx.logger.info(output.text);
          for (const [name, value] of Object.entries(output)) {
            ctx.output(name as keyof PlanOutput, value);
          }
        };
        await withPlanStep(
          deps,
          ctx,
          ctx.input,
          async ({ plan }) => {
            say(planOutput(plan));
            assertApplicable(plan);
          },
          whenNotAllowed === 'goOn'
            ? (refused, model) => say(outputWithoutPlan(instance, refused, model))
            : undefined,
        );
      }),
  });
