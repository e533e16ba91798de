import { z } from 'zod/v3';
import { runList } from '../answers';
import * as requests from '../requests';
import { listRuns } from '../service/runs';
import type { ActionDeps } from './deps';
import * as inputs from './inputs';

const DEFAULT_LIMIT = 20;

/** A workflow's runs. */
export function registerListRuns({ registry, access, calls }: ActionDeps): void {
  registry.register({
    name: 'list-runs',
    title: 'List runs',
    description: 'Lists the runs of a DolphinScheduler workflow that started last, newest first.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: () =>
        z
          .object({
            ...inputs.workflow,
            state: z.enum(requests.runStates).optional(),
            limit: z.number().int().min(1).max(200).default(DEFAULT_LIMIT),
          })
          .strict(),
      output: () => runList,
    },
    action: ({ input, credentials }) =>
      calls.read(credentials, async user => ({
        output: await listRuns(await access.look(user, input), input),
      })),
  });
}
