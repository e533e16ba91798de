import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnections } from '@dolphinstage/task-kit';
import {
  bundlePacks,
  findPacks,
  plan,
  type Model,
  type Plan,
  type PlanOptions,
  type Workflow,
} from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { connectionsFile, withConnections } from './connections-file';
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
  options: PlanCommandOptions,
  act: (plan: Plan, target: Target) => Promise<T>,
): Promise<T> {
  return withPlanOptions(cli, paths, options, async (model, planOptions, target) =>
    act(await plan(target.client, model, planOptions), target),
  );
}

/** The same, for what plans by itself. */
export async function withPlanOptions<T>(
  cli: CliContext,
  paths: readonly string[],
  { target: name }: PlanCommandOptions,
  act: (
    model: Model,
    options: PlanOptions,
    target: Target,
    workflows: readonly Workflow[],
  ) => Promise<T>,
): Promise<T> {
  const { workflows, model } = loadDefinitions(cli, paths);
  const target = await cli.target(name);
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-bundles-'));
  try {
    const bundles = await bundlePacks(findPacks(workflows, model), folder);
    const options: PlanOptions = {
      target: target.name,
      tenant: target.tenant,
      environment: target.environment,
      delivery:
        target.delivery === 'path'
          ? { kind: 'path', folder: target.bundles }
          : { kind: 'resource' },
      bundles,
      webhookUrl: connectionName => webhookUrl(cli, connectionName),
    };
    return await act(model, options, target, workflows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where an `http` connection of this machine leads. */
function webhookUrl(cli: CliContext, name: string): string | undefined {
  const file = connectionsFile(cli);
  if (!file || !existsSync(file)) return undefined;
  const settings = withConnections(file, () => readConnections(file))[name];
  return settings?.kind === 'http' ? settings.baseUrl : undefined;
}
