import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnections } from '@dolphinstage/task-kit';
import {
  bundlePacks,
  findPacks,
  plan,
  readPlan,
  replan,
  type Model,
  type Plan,
  type PlanOptions,
  synth,
  type Workflow,
} from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { connectionsFile, withConnections } from './connections-file';
import { loadFiles } from './load';
import { noteUnknownTargets } from './unknown-targets';

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
  act: (plan: Plan, target: Target, model: Model) => Promise<T>,
): Promise<T> {
  return withPlanOptions(cli, paths, options, async (model, planOptions, target, workflows) => {
    await noteUnknownTargets(cli, workflows);
    return act(await plan(target.client, model, planOptions), target, model);
  });
}

/** Plans a saved plan again, which is refused unless the server is still what it saw. */
export async function withSavedPlan<T>(
  cli: CliContext,
  file: string,
  { target: name }: PlanCommandOptions,
  act: (plan: Plan, target: Target) => Promise<T>,
): Promise<T> {
  const saved = readPlan(file);
  const target = await cli.target(name ?? saved.target);
  return withFolder(async folder => {
    const options = { ...(await common(cli, target)), folder };
    return act(await replan(target.client, saved, options), target);
  });
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
  const workflows = loadFiles(cli, paths);
  const target = await cli.target(name);
  const model = synth(workflows, { target: target.name });
  return withFolder(async folder => {
    const bundles = await bundlePacks(findPacks(workflows, model), folder);
    const { tenant, environment } = target;
    return act(
      model,
      { ...(await common(cli, target)), tenant, environment, bundles },
      target,
      workflows,
    );
  });
}

/** What does not depend on the definitions. */
async function common(
  cli: CliContext,
  { name, delivery, bundles }: Target,
): Promise<Pick<PlanOptions, 'target' | 'delivery' | 'webhookUrl'>> {
  const connections = await connectionsFile(cli);
  return {
    target: name,
    delivery: delivery === 'path' ? { kind: 'path', folder: bundles } : { kind: 'resource' },
    webhookUrl: connectionName => webhookUrl(connections, connectionName),
  };
}

/** A folder for bundles that goes when the work is done. */
async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dolphinstage-bundles-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where an `http` connection of this machine leads. */
function webhookUrl(file: string | undefined, name: string): string | undefined {
  if (!file || !existsSync(file)) return undefined;
  const settings = withConnections(file, () => readConnections(file))[name];
  return settings?.kind === 'http' ? settings.baseUrl : undefined;
}
