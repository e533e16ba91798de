import { join } from 'node:path';
import { Supervisor, type Endpoint, type Home, type ServerEvent } from '@dolphinstage/embedded';
import {
  ensureTopic,
  migrateOps,
  openKafka,
  openPostgres,
  writeConnections,
} from '@dolphinstage/task-kit';
import { ROOT } from '../root';
import { prepareWarehouse } from './databases';
import { writeEmbeddedTarget } from './embedded-target';
import { prepareScheduler } from './scheduler';
import { platformServers } from './servers';
import { sampleConnections, seedSources } from './sources';
import { connectionsOfCaller, nodeForTenants, prepareTenant } from './tenant';

const ENVIRONMENT = 'dolphinstage';
const STAGING_TOPIC = 'warehouse-staging';

/** How a platform is brought up. */
export interface PlatformOptions {
  home: Home;
  external: Record<string, string>;
  onEvent(event: ServerEvent): void;
}

/** The embedded platform: its servers, set up and filled with the sample sources. */
export class Platform {
  private readonly supervisor: Supervisor;

  constructor(private readonly options: PlatformOptions) {
    const { home, external, onEvent } = options;
    this.supervisor = new Supervisor({ home, external, onEvent, servers: platformServers });
  }

  /** Starts the servers and sets them up; each step does nothing where its result is there already. */
  async start(): Promise<void> {
    const { home, onEvent } = this.options;
    await this.supervisor.start();
    const endpointOf = (server: string): Endpoint => this.supervisor.endpoint(server);
    const report = (text: string) => onEvent({ server: 'platform', state: 'ready', text });

    const tenant = await prepareTenant(home);
    const connections = sampleConnections(home, endpointOf);
    writeConnections(tenant.connections, connections, tenant);
    const bundles = home.folder('bundles');
    await Promise.all([
      seedSources(home, endpointOf, report),
      this.prepareStorage(endpointOf),
      prepareScheduler(home, endpointOf('dolphinscheduler'), tenant.tenantCode, {
        name: ENVIRONMENT,
        node: nodeForTenants(home),
        bundles,
        connections: connectionsOfCaller(home),
      }),
    ]);
    writeEmbeddedTarget(home, {
      url: endpointOf('dolphinscheduler').url,
      delivery: 'path',
      bundles,
      environment: ENVIRONMENT,
      tenant: tenant.tenantCode,
    });
    report('set up');
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  private async prepareStorage(endpointOf: (server: string) => Endpoint): Promise<void> {
    const { home } = this.options;
    await prepareWarehouse(endpointOf('postgres'), home.secret('postgres.warehouse'));
    const { warehouse, staging } = sampleConnections(home, endpointOf);
    const [pool, kafka] = [await openPostgres(warehouse), await openKafka(staging)];
    try {
      await Promise.all([
        migrateOps(pool, [join(ROOT, 'tasks/warehouse/sql/ops')]),
        ensureTopic(kafka, { topic: STAGING_TOPIC }),
      ]);
    } finally {
      await pool.end();
    }
  }
}
