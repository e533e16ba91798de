import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';

/** How many rows are other ones at the last refresh. */
export const PROVIDER_CHANGED = 100;

/** How many connections the workflows use, which are entities too. */
export const PROVIDER_CONNECTIONS = 20;

/** Generated rows as the portal reads them, the first `changed` with another description. */
export function rowsOf(count: number, changed = 0): WorkflowRow[] {
  return Array.from({ length: count }, (_none, number) => ({
    instance: 'bench',
    project: `project-${number % 50}`,
    projectCode: 1_000 + (number % 50),
    code: 10_000_000_000_000 + number,
    version: 1,
    id: `orders-${number}`,
    name: `Orders ${number}`,
    description: `Reads the orders of shop ${number}${number < changed ? ', and their returns' : ''}`,
    owner: `group:default/team-${number % 40}`,
    online: true,
    drifted: false,
    tasks: 5,
    data: {
      connections: [`shop-${number % PROVIDER_CONNECTIONS}`],
      datasources: [],
      datasourceNames: [],
      packTasks: [],
    },
    uses: number % 10 === 0 ? [10_000_000_000_000 + number + 1] : [],
    schedule: { cron: '0 0 2 * * ? *', timeZone: 'UTC', active: true },
  }));
}
