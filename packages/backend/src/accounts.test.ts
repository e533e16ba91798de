import { randomBytes, randomUUID } from 'node:crypto';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import type { WorkflowList } from '@dolphinstage/plugin-dolphinscheduler-common';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { bring, rest } from '@dolphinstage/test/src/workflows';
import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';
import { OWNERS, startPortal, type Portal } from './__testUtils__/portal';
import { connect } from './__testUtils__/workflows';

jest.setTimeout(240_000);

const HOUR_MS = 3_600_000;

describe('accounts for projects', () => {
  const name = randomUUID().slice(0, 8);
  const [project, other] = [`account-${name}`, `no-account-${name}`];
  let client: DolphinSchedulerClient;
  let portal: Portal;
  let userId: number;

  async function path(of: string, more: string): Promise<string> {
    const { body } = await portal.get(`/workflows?project=${of}`).expect(200);
    const { code } = (body as WorkflowList).items[0]!;
    return `/workflows/test/${of}/${code}${more}`;
  }

  beforeAll(async () => {
    const { client: admin, url, token } = await connect();
    client = admin;
    await bring(
      client,
      [project, other].map(where =>
        defineWorkflow(
          {
            id: 'night',
            project: where,
            owner: OWNERS,
            environment: null,
            schedule: cron('0 0 2 1 1 ? *', { timeZone: 'UTC' }),
          },
          ({ task }) => {
            task('only', shell({ script: 'echo done' }));
          },
        ),
      ),
    );
    const tenant = await client.tenants.find(testPlatform().dolphinscheduler.tenant);
    const user = await client.users.create({
      userName: `actor-${name}`,
      password: randomBytes(9).toString('base64url'),
      email: 'actor@example.com',
      tenantId: tenant!.id,
    });
    userId = user.id;
    const own = await client.users.createToken(userId, new Date(Date.now() + HOUR_MS));
    portal = await startPortal({
      dolphinscheduler: {
        cache: { definitions: 1, runs: 0, live: 0 },
        instances: [
          { name: 'test', baseUrl: url, token, accounts: [{ projects: [project], token: own }] },
        ],
      },
    });
  });

  afterAll(async () => {
    await portal?.stop();
    for (const where of [project, other]) if (client) await rest(client, where);
  });

  it('act in them, and nobody else does', async () => {
    // It was not granted the project: the service user, who was, doesn't step in.
    await portal.get(await path(project, '/runs')).expect(200);
    for (const act of ['/runs', '/schedule/pause']) {
      const { status } = await portal.post(await path(project, act));
      expect([400, 403]).toContain(status);
    }
    await portal.post(await path(other, '/runs')).expect(200);

    const { code } = (await client.projects.find(project))!;
    expect(await client.runs.list(code, {})).toEqual([]);
    await client.users.grantProject(userId, code);
    await portal.post(await path(project, '/runs')).expect(200);
    await portal.post(await path(project, '/schedule/pause')).expect(204);
  });
});
