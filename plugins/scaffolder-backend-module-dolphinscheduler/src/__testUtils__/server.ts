import { mockServices } from '@backstage/backend-test-utils';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { createDolphinSchedulerService } from '@dolphinstage/plugin-dolphinscheduler-node';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { DolphinSchedulerDouble, TOKEN } from '@dolphinstage/test/doubles/dolphinscheduler/server';
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { startTestServer } from '@dolphinstage/workflows/src/__testUtils__/server';
import { Instances } from '../instances';

const DAY_MS = 86_400_000;

/** A DolphinScheduler that a suite may do with what it likes, as the backend has it: named `production`. */
export interface ActionServer {
  readonly instances: Instances;
  /** As app-config.yaml has it. */
  readonly address: Address;
  readonly client: DolphinSchedulerClient;
  /** A project of the suite's own; made by the first apply. */
  readonly project: string;
  readonly tenant: string;
  stop(): Promise<void>;
}

/** Where a DolphinScheduler is, and how workflows get there. */
export interface Address {
  readonly baseUrl: string;
  readonly token: string;
  readonly tenant: string;
  readonly environment: string;
}

export function instancesOf({ baseUrl, token, tenant, environment }: Address): Instances {
  const config = mockServices.rootConfig({
    data: {
      dolphinscheduler: {
        cache: { definitions: 0, runs: 0 },
        instances: [{ name: 'production', baseUrl, token, tenant, environment }],
      },
    },
  });
  return new Instances(createDolphinSchedulerService(config, mockServices.logger.mock()), config);
}

/** The contract double of 3.1: its answers are those of the sources, and no task runs. */
export async function startDouble(): Promise<ActionServer> {
  const double = await DolphinSchedulerDouble.start('3.1');
  const address = { baseUrl: double.url, token: TOKEN, tenant: 'root', environment: 'test' };
  const client = await createClient({ url: double.url, token: TOKEN });
  await client.environments.create({
    name: address.environment,
    description: '',
    workerGroups: ['default'],
    config: 'export A=1',
  });
  return {
    instances: instancesOf(address),
    address,
    client,
    project: 'scaffolder-test',
    tenant: address.tenant,
    async stop() {
      await double.stop();
      expect(double.faults).toEqual([]);
    },
  };
}

/** The real one. */
export async function startReal(): Promise<ActionServer> {
  const server = await startTestServer();
  const { client, project, tenant, environment } = server;
  const { id } = await client.currentUser();
  const token = await client.users.createToken(id, new Date(Date.now() + DAY_MS));
  const { url: baseUrl } = testPlatform().dolphinscheduler;
  const address = { baseUrl, token, tenant, environment };
  return {
    instances: instancesOf(address),
    address,
    client,
    project,
    tenant,
    stop: () => server.stop(),
  };
}
