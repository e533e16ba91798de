import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { apply, plan, synth, type Workflow } from '@dolphinstage/workflows';

/** The test run's DolphinScheduler, with a token as a portal has one. */
export async function connect(): Promise<{
  readonly client: DolphinSchedulerClient;
  readonly url: string;
  readonly token: string;
}> {
  const { url, user, password } = testPlatform().dolphinscheduler;
  const client = await createClient({ url, user, password });
  const { id } = await client.currentUser();
  const token = await client.users.createToken(id, new Date(Date.now() + 3_600_000));
  return { client, url, token };
}

/** Brings workflows there, as code does. */
export async function bring(
  client: DolphinSchedulerClient,
  workflows: readonly Workflow[],
): Promise<void> {
  const planned = await plan(client, synth(workflows), {
    target: 'test',
    tenant: testPlatform().dolphinscheduler.tenant,
    environment: 'none',
    delivery: { kind: 'path', folder: '/nowhere' },
    bundles: new Map(),
  });
  await apply(client, planned);
}

/** Takes their schedules away, so that nothing goes on after the test. */
export async function rest(client: DolphinSchedulerClient, project: string): Promise<void> {
  const found = await client.projects.find(project);
  for (const { code } of found ? await client.workflows.list(found.code) : []) {
    await client.workflows.release(found!.code, code, 'OFFLINE');
  }
}
