/** Refreshes a catalog provider with generated rows, and prints how long each refresh took, as JSON. */
import type { EntityProviderMutation } from '@backstage/plugin-catalog-node';
// The provider is no part of what the plugin exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { WorkflowProvider } from '@dolphinstage/plugin-catalog-backend-module-dolphinscheduler/src/provider';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';
import { PROVIDER_CHANGED, rowsOf } from './provider-rows';
import { timed } from '../timings';

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
  rows = rowsOf(count, PROVIDER_CHANGED);
  const changed_s = await timed(() => provider.refresh());
  process.stdout.write(`${JSON.stringify({ first_s, unchanged_s, changed_s, told })}\n`);
}

void main(Number(process.argv[2]));
