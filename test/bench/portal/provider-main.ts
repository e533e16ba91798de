/** Refreshes a catalog provider with generated rows, and prints how long each refresh took, as JSON. */
import type { EntityProviderMutation } from '@backstage/plugin-catalog-node';
// The provider is no part of what the plugin exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { WorkflowProvider } from '@dolphinstage/plugin-catalog-backend-module-dolphinscheduler/src/provider';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import { timed } from './timings';

const CHANGED = 100;

function rowsOf(count: number, changed = 0): WorkflowRow[] {
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
      connections: [`shop-${number % 20}`],
      datasources: [],
      datasourceNames: [],
      packTasks: [],
    },
    uses: number % 10 === 0 ? [10_000_000_000_000 + number + 1] : [],
    schedule: { cron: '0 0 2 * * ? *', timeZone: 'UTC', active: true },
  }));
}

async function main(count: number): Promise<void> {
  let rows: readonly WorkflowRow[] = rowsOf(count);
  const told: number[] = [];
  const silent = () => undefined;
  const logger = { info: silent, warn: console.error, error: silent, debug: silent };
  const provider = new WorkflowProvider({
    instance: { name: 'bench', workflows: async () => rows },
    settings: { defaultOwner: 'group:default/unknown', systems: new Map() },
    taskRunner: { run: async () => undefined },
    logger: { ...logger, child: () => ({ ...logger, child: () => logger as never }) },
    known: async () => new Set(),
    declared: async () => [],
  });
  await provider.connect({
    applyMutation: async (mutation: EntityProviderMutation) => {
      told.push(mutation.type === 'full' ? mutation.entities.length : mutation.added.length);
    },
    refresh: async () => undefined,
  });
  const first_s = await timed(() => provider.refresh());
  rows = rowsOf(count);
  const unchanged_s = await timed(() => provider.refresh());
  rows = rowsOf(count, CHANGED);
  const changed_s = await timed(() => provider.refresh());
  process.stdout.write(`${JSON.stringify({ first_s, unchanged_s, changed_s, told })}\n`);
}

void main(Number(process.argv[2]));
