import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import {
  FACTORY_PASSWORD,
  mlflow,
  Supervisor,
  servers,
  type Endpoint,
  type Home,
  type SupervisorOptions,
  type ServerDefinition,
  type TestPlatform,
} from '@dolphinstage/embedded';

/** The servers of a test run. */
export interface TestServers {
  /** The file for DOLPHINSTAGE_TEST_PLATFORM. */
  file: string;
  platform: TestPlatform;
  stop(): Promise<void>;
}

/**
 * Starts the embedded servers for a test run or a benchmark, in a home of their own.
 *
 * @param needed - default: all, and MLflow. What isn't started has no port in the platform.
 */
export async function startTestServers(
  home: Home,
  { onEvent, signal }: Pick<SupervisorOptions, 'onEvent' | 'signal'>,
  needed: readonly ServerDefinition[] = [...servers, mlflow()],
): Promise<TestServers> {
  const supervisor = new Supervisor({ home, servers: needed, onEvent, signal });
  try {
    await supervisor.start();
    const has = (server: string) => needed.some(({ name }) => name === server);
    const account = (server: string) => {
      const nowhere = { host: '127.0.0.1', port: 0, user: '', password: '' };
      const {
        host,
        port,
        user = '',
        password = '',
      } = has(server) ? supervisor.endpoint(server) : nowhere;
      return { host, port, user, password };
    };
    const kafka = account('kafka');
    const platform: TestPlatform = {
      postgres: account('postgres'),
      mariadb: account('mariadb'),
      kafka: { brokers: [`${kafka.host}:${kafka.port}`] },
      dolphinscheduler: has('dolphinscheduler')
        ? await prepareTenant(supervisor.endpoint('dolphinscheduler'))
        : { url: '', user: '', password: '', tenant: '' },
      mlflow: { url: has('mlflow') ? supervisor.endpoint('mlflow').url : '' },
    };
    const file = home.file('run', 'test-platform.json');
    writeFileSync(file, JSON.stringify(platform), { mode: 0o600 });
    return { file, platform, stop: () => supervisor.stop() };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/** Tests run their tasks as this process's OS user, which every machine has. */
async function prepareTenant({
  url,
  user = '',
}: Endpoint): Promise<TestPlatform['dolphinscheduler']> {
  const account = { url, user, password: FACTORY_PASSWORD };
  const tenant = userInfo().username;
  const client = await createClient(account);
  const { id } =
    (await client.tenants.find(tenant)) ??
    (await client.tenants.create({ tenantCode: tenant, description: 'tests' }));
  // Without a tenant of its own, 3.1's administrator can't upload resources.
  await client.users.update(await client.currentUser(), { tenantId: id });
  return { ...account, tenant };
}
