/**
 * Starts the portal on the servers of a test run, says `ready <address>` and `alerts <address>` on stdout, and stops it
 * at SIGTERM, with its database. The home is its one argument; DOLPHINSTAGE_TEST_PLATFORM says where the servers are,
 * PORTAL_DOLPHINSCHEDULER_URL where the portal finds DolphinScheduler, if elsewhere, PORTAL_TARGET (JSON) what tasks have
 * of what is merged: an environment, a folder of bundles, connections.
 */
import { randomBytes } from 'node:crypto';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { Home, servers, Supervisor, testPlatform, withPostgres } from '@dolphinstage/embedded';
import type { Connections } from '@dolphinstage/task-kit';
import { TOKEN } from '../platform/embedded-target';
import { alertsAddress, portal } from '../portal/server';
import { writeTestTarget, type TestScheduler } from './test-target';

const DAY_MS = 86_400_000;
/** Of what the portal's templates make: shell tasks, which need nothing of it. */
const ENVIRONMENT = 'portal-test';

/** Their names are what the portal's forms offer; nothing connects. */
const CONNECTIONS = {
  'shop-mysql': { kind: 'mysql', host: '127.0.0.1', database: 'shop', user: 'shop' },
  'shop-files': { kind: 'files', path: '/srv/shop' },
  staging: { kind: 'kafka', brokers: ['127.0.0.1:9'] },
};

type PortalTarget = Pick<TestScheduler, 'environment' | 'bundles'> & {
  readonly connections?: Connections;
};

function address(url: string, user: string, password: string): string {
  const full = new URL(url);
  full.username = user;
  full.password = password;
  return full.href;
}

async function main(folder: string): Promise<void> {
  const { dolphinscheduler, kafka, postgres } = testPlatform();
  const home = new Home(folder);
  const client = await createClient(dolphinscheduler);
  const { id } = await client.currentUser();
  home.keepSecret(TOKEN, await client.users.createToken(id, new Date(Date.now() + DAY_MS)));
  const target = JSON.parse(process.env.PORTAL_TARGET ?? '{}') as PortalTarget;
  const warehouse = target.connections?.warehouse;
  if (!target.environment && !(await client.environments.find(ENVIRONMENT))) {
    await client.environments.create({
      name: ENVIRONMENT,
      description: 'made by a test',
      workerGroups: ['default'],
      config: 'export DOLPHINSTAGE_TEST=portal',
    });
  }
  const schedulerUrl = process.env.PORTAL_DOLPHINSCHEDULER_URL ?? dolphinscheduler.url;
  writeTestTarget(home, {
    ...dolphinscheduler,
    url: schedulerUrl,
    environment: ENVIRONMENT,
    ...target,
    connections: { ...CONNECTIONS, ...target.connections },
  });
  const { user, password, host, port } = postgres;
  // Portals of other tests are there too: one would take another's tasks.
  const database = `portal_${randomBytes(6).toString('hex')}`;
  const supervisor = new Supervisor({
    home,
    servers: [
      ...servers.filter(({ name }) => ['postgres', 'kafka', 'dolphinscheduler'].includes(name)),
      portal(home, {
        own: database,
        models: warehouse?.kind === 'postgres' ? warehouse : undefined,
      }),
    ],
    external: {
      postgres: address(`postgresql://${host}:${port}/`, user, password),
      kafka: `kafka://${kafka.brokers[0]}`,
      dolphinscheduler: address(schedulerUrl, dolphinscheduler.user, dolphinscheduler.password),
    },
    onEvent: ({ server, state, text }) =>
      process.stderr.write(`${server} ${state} ${text ?? ''}\n`),
  });
  const stop = async () => {
    await supervisor.stop();
    await withPostgres(postgres, 'postgres', async sql => {
      const name = sql.escapeIdentifier(database);
      await sql.query(`drop database if exists ${name} with (force)`);
      await sql.query(`drop role if exists ${name}`);
    });
  };
  process.on('SIGTERM', () => {
    void stop().then(() => process.exit(0));
  });
  try {
    await supervisor.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { url } = supervisor.endpoint('portal');
  process.stdout.write(`alerts ${alertsAddress(home, url)}\nready ${url}\n`);
}

main(process.argv[2] ?? '').catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});
