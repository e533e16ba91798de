import { dirname, join } from 'node:path';
import {
  ensureOwnedDatabase,
  Supervisor,
  type Endpoint,
  type Home,
  type ServerEvent,
} from '@dolphinstage/embedded';
import {
  ensureTopic,
  migrateOps,
  openKafka,
  openPostgres,
  setConnection,
  type ConnectionSettings,
} from '@dolphinstage/task-kit';
import { ROOT } from '../root';
import { asOwnerOf } from '../as-owner';
import { WAREHOUSE } from './databases';
import { writeEmbeddedTarget } from './embedded-target';
import type { Extra, ExtraContext } from './extras';
import { withExtras } from './extras/after-ready';
import { prepareScheduler } from './scheduler';
import { platformServers } from './servers';
import {
  sampleConnections,
  seedTransactions,
  seedUploads,
  stagingConnection,
  warehouseConnection,
} from './sources';
import { connectionsOfCaller, nodeForTenants, prepareTenant, type TenantHome } from './tenant';

const ENVIRONMENT = 'dolphinstage';
const STAGING_TOPIC = 'warehouse-staging';

/** How a platform is brought up. */
export interface PlatformOptions {
  home: Home;
  external: Record<string, string>;
  /** What runs beside the default platform. */
  extras: readonly Extra[];
  onEvent(event: ServerEvent): void;
  /** Gives the start up. */
  signal: AbortSignal;
}

/** The embedded platform: its servers, set up and filled with the sample sources. */
export class Platform {
  private readonly supervisor: Supervisor;
  private readonly tenant: Promise<TenantHome>;

  constructor(private readonly options: PlatformOptions) {
    const { home, extras } = options;
    this.tenant = prepareTenant(home);
    this.tenant.catch(() => {}); // Whoever awaits it reports it.
    // Each step does nothing where its result is there already.
    const afterReady = {
      postgres: () => this.prepareWarehouse(),
      mariadb: () => seedTransactions(home, this.endpoint('mariadb')),
      kafka: () => this.prepareTopic(),
      'weather-api': () => seedUploads(home),
      dolphinscheduler: () => this.prepareScheduler(),
    };
    this.supervisor = new Supervisor({
      ...options,
      servers: platformServers(home, extras),
      afterReady: withExtras(afterReady, extras, () => this.context()),
    });
  }

  /** Starts the servers, sets each up as soon as it is ready, and says where everything is. */
  async start(): Promise<void> {
    const { home } = this.options;
    await this.supervisor.start();
    const context = await this.context();
    const { connections } = context.tenant;
    const wanted = Object.assign(
      sampleConnections(home, context.endpointOf),
      ...this.options.extras.map(extra => extra.connections?.(context)),
    ) as Readonly<Record<string, ConnectionSettings>>;
    asOwnerOf(dirname(connections), () => {
      // One by one: connections that users have added stay.
      for (const [name, settings] of Object.entries(wanted))
        setConnection(connections, name, settings);
    });
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  /** What extras work with. */
  async context(): Promise<ExtraContext> {
    const { home } = this.options;
    return { home, endpointOf: server => this.endpoint(server), tenant: await this.tenant };
  }

  private endpoint(server: string): Endpoint {
    return this.supervisor.endpoint(server);
  }

  private async prepareWarehouse(): Promise<void> {
    const { home } = this.options;
    const server = this.endpoint('postgres');
    const settings = warehouseConnection(home, server);
    await ensureOwnedDatabase(server, WAREHOUSE, settings.password);
    const pool = await openPostgres(settings);
    try {
      await migrateOps(
        pool,
        ['warehouse', 'data-quality'].map(pack => join(ROOT, 'tasks', pack, 'sql/ops')),
      );
    } finally {
      await pool.end();
    }
  }

  private async prepareTopic(): Promise<void> {
    const kafka = await openKafka(stagingConnection(this.endpoint('kafka')));
    await ensureTopic(kafka, { topic: STAGING_TOPIC });
  }

  private async prepareScheduler(): Promise<void> {
    const { home } = this.options;
    const { tenantCode, connections } = await this.tenant;
    await prepareScheduler(home, this.endpoint('dolphinscheduler'), tenantCode, {
      name: ENVIRONMENT,
      node: nodeForTenants(home),
      bundles: home.folder('bundles'),
      connections: connectionsOfCaller(home),
    });
    // Before the portal starts, which applies as commands do.
    writeEmbeddedTarget(home, {
      url: this.endpoint('dolphinscheduler').url,
      delivery: 'path',
      bundles: home.folder('bundles'),
      environment: ENVIRONMENT,
      tenant: tenantCode,
      connections,
    });
  }
}
