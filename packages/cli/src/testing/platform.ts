import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import {
  FACTORY_PASSWORD,
  Supervisor,
  servers,
  type Home,
  type ServerEvent,
  type TestPlatform,
} from '@dolphinstage/embedded';

/** The servers of a test run. */
export interface TestServers {
  /** The file for DOLPHINSTAGE_TEST_PLATFORM. */
  file: string;
  stop(): Promise<void>;
}

/** Starts the embedded servers for a test run, in a home of their own. */
export async function startTestServers(home: Home, onEvent: (event: ServerEvent) => void): Promise<TestServers> {
  const supervisor = new Supervisor({ home, servers, onEvent });
  try {
    await supervisor.start();
    const account = (server: string) => {
      const { host, port, user = '', password = '' } = supervisor.endpoint(server);
      return { host, port, user, password };
    };
    const kafka = supervisor.endpoint('kafka');
    const { url, user = '' } = supervisor.endpoint('dolphinscheduler');
    const scheduler = { url, user, password: FACTORY_PASSWORD };
    // Tests run their tasks as this OS user, which every machine has.
    const tenant = userInfo().username;
    const client = await createClient(scheduler);
    if (!(await client.tenants.find(tenant))) {
      await client.tenants.create({ tenantCode: tenant, description: 'tests' });
    }
    const platform: TestPlatform = {
      postgres: account('postgres'),
      mariadb: account('mariadb'),
      kafka: { brokers: [`${kafka.host}:${kafka.port}`] },
      dolphinscheduler: { ...scheduler, tenant },
    };
    const file = home.file('run', 'test-platform.json');
    writeFileSync(file, JSON.stringify(platform), { mode: 0o600 });
    return { file, stop: () => supervisor.stop() };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
