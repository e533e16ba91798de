import { z } from 'zod/v3';
import { workflowDetail as output } from '../answers';
import { workflowDetail } from '../service/definition';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

/** One workflow, whole. */
export function registerGetWorkflow({ registry, access, calls }: ActionDeps): void {
  registry.register({
    name: 'get-workflow',
    title: 'Get a workflow',
    description:
      'Answers a DolphinScheduler workflow with its graph of tasks, start parameters, next times and what you may do to it.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: { input: () => z.object(inputs.workflow).strict(), output: () => output },
    action: ({ input, credentials }) =>
      calls.read(credentials, async user => {
        const place = await access.look(user, input);
        return { output: await workflowDetail(place, await access.allowed(user, place.row)) };
      }),
  });
}
