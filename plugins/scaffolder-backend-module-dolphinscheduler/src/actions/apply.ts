import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { apply, assertApplicable, outcomeError, type ApplyResult } from '@dolphinstage/workflows';
import type { ActionDeps } from '../deps';
import { explained } from '../errors';
import { planOutput, withPlanStep } from '../plan/plan-step';
import { planInputSchema, planOutputSchema } from '../plan/schema';
import { checkpointKey } from './checkpoint-key';
import { examples } from './apply.examples';

/** @throws Error that says which workflows weren't written, and why. */
function assertWritten({ workflows }: ApplyResult): void {
  const failed = workflows.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return;
  const lines = failed.map(
    outcome => `${outcome.project}/${outcome.id}: ${outcomeError(outcome) ?? ''}`,
  );
  throw new Error(
    `${failed.length} of ${workflows.length} workflows could not be written:\n${lines.join('\n')}`,
  );
}

/** `dolphinscheduler:workflow:apply`: brings workflows to a DolphinScheduler. In a dry run it only plans. */
export const createApplyAction = (deps: ActionDeps) =>
  createTemplateAction({
    id: 'dolphinscheduler:workflow:apply',
    description:
      'Brings workflow definitions of the workspace to a DolphinScheduler: makes what is not there, changes what differs, deletes nothing.',
    examples,
    supportsDryRun: true,
    schema: { input: planInputSchema, output: planOutputSchema },
    handler: ctx =>
      explained(async () => {
        const output = await ctx.checkpoint({
          key: checkpointKey('apply', ctx),
          fn: () =>
            withPlanStep(deps, ctx, ctx.input, 'write', async ({ plan, client, instance }) => {
              const planned = planOutput(plan);
              ctx.logger.info(planned.text);
              assertApplicable(plan);
              if (ctx.isDryRun) return planned;
              try {
                const result = await apply(client, plan, {
                  signal: ctx.signal,
                  onWait: who => ctx.logger.info(`Waiting for another apply: ${who}`),
                  onOutcome: outcome =>
                    ctx.logger.info(
                      `${outcome.project}/${outcome.id}: ${outcomeError(outcome) ?? outcome.action}`,
                    ),
                });
                assertWritten(result);
              } finally {
                // What the portal has read is old now; where it can't be read, it is read later.
                await instance.changed('definitions').catch(() => undefined);
              }
              return planned;
            }),
        });
        for (const [name, value] of Object.entries(output)) {
          ctx.output(name as keyof typeof output, value);
        }
      }),
  });
