import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readConnections } from '@dolphinstage/task-kit';
import { bundlePacks, findPacks, plan, type Plan } from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { platformHome } from '../home';
import { asOwnerOf } from '../platform/as-owner';
import { embeddedConnections } from '../platform/embedded-target';
import { loadDefinitions } from './load';

/** Options that plan and apply share. */
export interface PlanCommandOptions {
  target?: string;
  json?: boolean;
}

/** Plans, and does something with the plan while the bundles it is about are at hand. */
export async function withPlan<T>(
  cli: CliContext,
  paths: readonly string[],
  { target: name }: PlanCommandOptions,
  act: (plan: Plan, target: Target) => Promise<T>,
): Promise<T> {
  const { workflows, model } = loadDefinitions(cli, paths);
  const target = await cli.target(name);
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-bundles-'));
  try {
    const bundles = await bundlePacks(findPacks(workflows, model), folder);
    const made = await plan(target.client, model, {
      target: target.name,
      tenant: target.tenant,
      environment: target.environment,
      delivery:
        target.delivery === 'path'
          ? { kind: 'path', folder: target.bundles }
          : { kind: 'resource' },
      bundles,
      webhookUrl,
    });
    return await act(made, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where an `http` connection of this machine leads. */
function webhookUrl(name: string): string | undefined {
  const file = process.env.DOLPHINSTAGE_CONNECTIONS ?? embeddedConnections(platformHome());
  if (!file || !existsSync(file)) return undefined;
  const settings = asOwnerOf(dirname(file), () => readConnections(file))[name];
  return settings?.kind === 'http' ? settings.baseUrl : undefined;
}
