import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { apply, plan, synth, type PlanOptions, type Workflow } from '@dolphinstage/workflows';

/**
 * Brings workflows to the test run's DolphinScheduler, as code does.
 *
 * @param more - what else the plan is made with. Default: for a target `test` without packs' tasks.
 */
export async function bring(
  client: DolphinSchedulerClient,
  workflows: readonly Workflow[],
  more: Partial<PlanOptions> = {},
): Promise<void> {
  const planned = await plan(client, synth(workflows), {
    target: 'test',
    tenant: more.tenant ?? testPlatform().dolphinscheduler.tenant,
    environment: 'none',
    delivery: { kind: 'path', folder: '/nowhere' },
    bundles: new Map(),
    ...more,
  });
  await apply(client, planned);
}

/** Takes a project's workflows offline, so that no schedule goes on after the test. */
export async function rest(client: DolphinSchedulerClient, project: string): Promise<void> {
  const found = await client.projects.find(project);
  for (const { code } of found ? await client.workflows.list(found.code) : []) {
    await client.workflows.release(found!.code, code, 'OFFLINE');
  }
}

/** Deletes a project's workflows, where there are so many that each who lists the server's would wait for them. */
export async function clear(client: DolphinSchedulerClient, project: string): Promise<void> {
  const found = await client.projects.find(project);
  if (!found) return;
  await Promise.all(
    (await client.workflows.list(found.code)).map(async ({ code }) => {
      await client.workflows.release(found.code, code, 'OFFLINE');
      await client.workflows.delete(found.code, code);
    }),
  );
}

/** An environment in which tasks of packs find Node, their bundles and their connections; it stays, since DolphinScheduler deletes none that was used. */
export async function makeEnvironment(
  client: DolphinSchedulerClient,
  name: string,
  { bundles, connections }: { readonly bundles: string; readonly connections: string },
): Promise<void> {
  await client.environments.create({
    name,
    description: 'for a test',
    workerGroups: ['default'],
    config: [
      `export DOLPHINSTAGE_NODE='${process.execPath}'`,
      `export DOLPHINSTAGE_BUNDLES='${bundles}'`,
      `export DOLPHINSTAGE_CONNECTIONS='${connections}'`,
    ].join('\n'),
  });
}
