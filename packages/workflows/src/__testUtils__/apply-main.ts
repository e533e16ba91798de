/** Applies the fault scenario in a process of its own, so that it can be killed. */
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { apply, plan, synth } from '..';
import { workflowsAfter } from './fault-scenario';

interface Given {
  url: string;
  user: string;
  password: string;
  project: string;
  tenant: string;
  environment: string;
  folder: string;
}

async function main(): Promise<void> {
  const given = JSON.parse(process.env.DOLPHINSTAGE_FAULT_SCENARIO ?? '') as Given;
  const { url, user, password, project, tenant, environment, folder } = given;
  const client = await createClient({ url, user, password });
  const planned = await plan(client, synth(workflowsAfter(project)), {
    target: 'test',
    tenant,
    environment,
    delivery: { kind: 'path', folder },
    bundles: new Map(),
  });
  const { workflows } = await apply(client, planned);
  const failed = workflows.find(({ error }) => error);
  if (failed) throw failed.error;
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
