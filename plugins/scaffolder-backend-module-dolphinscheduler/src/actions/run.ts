import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { ConflictError } from '@backstage/errors';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { workflowEntityRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import { findWorkflow, startRun } from '@dolphinstage/workflows';
import type { ActionDeps } from '../deps';
import { explained } from '../errors';
import { Guard } from '../permission';
import { INSTANCE } from '../plan/schema';
import { readWhich, whichSchema } from '../which-workflow';
import { checkpointKey } from './checkpoint-key';
import { examples } from './run.examples';

/** DolphinScheduler's word for a start that somebody asked for. */
const STARTED = 'START_PROCESS';

/** The newest runs of a workflow that somebody has started, newest first. */
async function startedRuns(client: DolphinSchedulerClient, row: WorkflowRow): Promise<number[]> {
  const runs = await client.runs.list(row.projectCode, {
    workflowDefinitionCode: row.code,
    limit: 20,
  });
  return runs.filter(({ commandType }) => commandType === STARTED).map(({ id }) => id);
}

/** `dolphinscheduler:workflow:run`: starts a workflow once, also where the task is taken up again. */
export const createRunAction = ({ instances, permissions }: ActionDeps) =>
  createTemplateAction({
    id: 'dolphinscheduler:workflow:run',
    description:
      'Starts a workflow as it stands in a DolphinScheduler. In a dry run nothing is started.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        instance: INSTANCE,
        ...whichSchema,
        params: z =>
          z
            .record(z.union([z.string(), z.number(), z.boolean()]))
            .describe('Start parameters by name; those of the workflow that are not given stay')
            .optional(),
      },
      output: {
        runId: z =>
          z.number().describe("The run's number in DolphinScheduler; none in a dry run").optional(),
        entityRef: z => z.string().describe("The workflow's entity"),
      },
    },
    handler: ctx =>
      explained(async () => {
        const { params = {} } = ctx.input;
        const instance = instances.get(ctx.input.instance);
        const row = await readWhich(instance, ctx.input);
        const guard = new Guard(permissions, await ctx.getInitiatorCredentials());
        await guard.assertMay('run', [row]);
        const name = `${row.project}/${row.name}`;
        ctx.output('entityRef', workflowEntityRef(row));
        if (ctx.isDryRun) {
          ctx.logger.info(`${name} would be started`);
          return;
        }
        const client = await instance.actingIn(row.project).client();
        // What was permitted is this code.
        const { definition } = await findWorkflow(client, name);
        if (definition.code !== row.code) {
          throw new ConflictError(`${name} is another workflow meanwhile: start the task again`);
        }
        let isFirst = false;
        const newestBefore = await ctx.checkpoint({
          key: checkpointKey('before', ctx),
          fn: async () => {
            isFirst = true;
            return Math.max(0, ...(await startedRuns(client, row)));
          },
        });
        const runId = await ctx.checkpoint({
          key: checkpointKey('start', ctx),
          fn: async () => {
            // Taken up again between the start and its checkpoint: it may run already.
            const already = isFirst
              ? undefined
              : (await startedRuns(client, row)).filter(id => id > newestBefore).at(-1);
            if (already !== undefined) return already;
            ctx.signal?.throwIfAborted();
            const run = await startRun(client, {
              workflow: name,
              params: Object.fromEntries(
                Object.entries(params).map(([param, value]) => [param, String(value)]),
              ),
              signal: ctx.signal,
            });
            return run.instanceId;
          },
        });
        await instance.changed('runs').catch(() => undefined);
        ctx.logger.info(`${name} has started: run ${runId}`);
        ctx.output('runId', runId);
      }),
  });
