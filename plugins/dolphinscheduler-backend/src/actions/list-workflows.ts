import { z } from 'zod/v3';
import { workflowList } from '../answers';
import * as requests from '../requests';
import { listWorkflows } from '../service/list';
import type { ActionDeps } from './deps';

const DEFAULT_LIMIT = 20;

const text = z.string().min(1).max(255).optional();

const input = z
  .object({
    instance: text,
    project: text,
    owner: text.describe('Entity ref, such as group:default/sales'),
    tenant: text,
    state: z
      .enum(requests.states)
      .optional()
      .describe(
        "The last run's state; late: scheduled, and due for more than a minute without a run",
      ),
    drifted: z
      .boolean()
      .optional()
      .describe('Somebody has edited it in DolphinScheduler since it was applied'),
    search: text.describe('A part of name, id or description'),
    sort: z.enum(requests.sorts).optional(),
    order: z.enum(['asc', 'desc']).optional(),
    offset: z.number().int().min(0).optional(),
    limit: z.number().int().min(1).max(200).default(DEFAULT_LIMIT),
  })
  .strict();

/** What the caller may see of all workflows. */
export function registerListWorkflows({ registry, service, access, calls }: ActionDeps): void {
  registry.register({
    name: 'list-workflows',
    title: 'List workflows',
    description:
      'Lists the DolphinScheduler workflows that you may see, with schedules and last runs. All filters that are given must fit.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: { input: () => input, output: () => workflowList },
    action: ({ input: query, credentials }) =>
      calls.read(credentials, async user => ({
        output: await listWorkflows(service, await access.filter(user, 'read'), query),
      })),
  });
}
