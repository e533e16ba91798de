import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensureOwnedDatabase,
  writeJson,
  type Endpoint,
  type Home,
  type ServerDefinition,
} from '@dolphinstage/embedded';
import type { ConnectionSettings } from '@dolphinstage/task-kit';
import { embeddedTarget, TOKEN } from '../platform/embedded-target';
import { REGISTRY, registryUrl } from '../platform/registry';
import { stagingConnection, warehouseConnection } from '../platform/sources';
import { Repository } from '../repository/repository';
import { readConfig } from '../config';
import { Published } from '../repository/published';
import { ROOT } from '../root';
import { EMBEDDED } from '../target';
import { buildFrontend } from './build-frontend';
import { portalCommand, probePortal } from './command';
import { connectionNames } from './connection-names';
import { probeGuest } from './probe-guest';

const NAME = 'portal';
/** What the secret is for that DolphinScheduler's alerts bring. */
const ALERTS = 'alerts';

/** As commands see the embedded DolphinScheduler: what the portal plans is what they would do. */
function instanceOf(home: Home) {
  const { url: baseUrl, delivery, bundles, environment, tenant } = embeddedTarget(home) ?? {};
  return { baseUrl, delivery, bundles, environment, tenant };
}

interface PortalServers {
  readonly postgres: Endpoint;
  readonly kafka: Endpoint;
  /** The schema registry's address, where there is one. */
  readonly registry: string | undefined;
}

/** What only a started platform knows; secrets stand for variables of the environment. */
const configuration = async (
  url: string,
  database: string,
  models: Omit<ConnectionSettings<'postgres'>, 'kind'>,
  { postgres, kafka, registry }: PortalServers,
  home: Home,
  repository: Repository,
  published: Published,
) => ({
  app: { baseUrl: url },
  backend: {
    baseUrl: url,
    listen: { host: '127.0.0.1', port: Number(new URL(url).port) },
    auth: { keys: [{ secret: '${PORTAL_SECRET}' }] },
    database: {
      client: 'pg',
      pluginDivisionMode: 'schema',
      connection: {
        host: postgres.host,
        port: postgres.port,
        user: database,
        password: '${PORTAL_DATABASE_PASSWORD}',
        database,
      },
    },
  },
  // One process has nobody to tell but itself; it would wait twenty seconds for what it polls of itself when it ends.
  events: { useEventBus: 'never' },
  dataQuality: {
    kafka: { brokers: stagingConnection(kafka).brokers },
    contracts: published.contracts,
    ...(registry === undefined ? {} : { schemaRegistry: { url: '${PORTAL_SCHEMA_REGISTRY_URL}' } }),
  },
  models: { postgres: { ...models, password: '${PORTAL_MODELS_PASSWORD}' } },
  catalog: {
    // It is small, and what somebody has just merged is looked for.
    processingInterval: { seconds: 30 },
    // A list is replaced as a whole.
    locations: [
      ...(await readConfig(ROOT)).catalog.locations,
      { type: 'file', target: published.entities, rules: [{ allow: ['Resource'] }] },
    ],
  },
  dolphinscheduler: {
    scaffolder: { repository: repository.path },
    instances: [
      {
        name: EMBEDDED,
        ...instanceOf(home),
        connections: connectionNames(home),
        token: '${PORTAL_DOLPHINSCHEDULER_TOKEN}',
        alertSecret: '${PORTAL_ALERT_SECRET}',
      },
    ],
  },
});

/** Where DolphinScheduler's alerts go for the owners of failed runs to be notified. With a secret. */
export function alertsAddress(home: Home, portalUrl: string): string {
  const address = new URL(`/api/dolphinscheduler/v1/alerts/${EMBEDDED}`, portalUrl);
  address.searchParams.set('secret', home.secret(`${NAME}.${ALERTS}`));
  return address.href;
}

/** What a portal works with. */
export interface PortalOptions {
  /** Its own, and the role's that owns it. Default `portal`. */
  readonly own?: string;
  /** Where the retraining writes what is known of models. Default: the home's warehouse. */
  readonly models?: ConnectionSettings<'postgres'>;
  /** Names of the extras that are started beside it. Default: none. */
  readonly beside?: ReadonlySet<string>;
}

/** The Backstage portal: one process that serves the built frontend too. */
export function portal(
  home: Home,
  { own: database = 'portal', models, beside = new Set() }: PortalOptions = {},
): ServerDefinition {
  let guestIsKnown = false;
  return {
    name: NAME,
    title: 'Backstage portal (guest sign-in: for this machine only)',
    dependsOn: [
      ...['postgres', 'kafka', 'dolphinscheduler'],
      ...(beside.has(REGISTRY) ? [REGISTRY] : []),
    ],
    startLimit: 240,

    async install(machine, report) {
      await machine.need('git', 'git', report);
      await buildFrontend(report);
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ folder, endpoint, endpointOf, secret }) {
      const postgres = endpointOf('postgres');
      const registry = registryUrl(beside, endpointOf);
      const servers = { postgres, kafka: endpointOf('kafka'), registry };
      const password = secret('database');
      const { kind: _kind, ...known } = models ?? warehouseConnection(home, postgres);
      // Each plugin makes its own schema in it.
      await ensureOwnedDatabase(postgres, database, password);
      const repository = new Repository(home);
      await repository.prepare();
      const published = new Published(home);
      await published.begin(repository);
      mkdirSync(folder, { recursive: true });
      const config = join(folder, 'app-config.json');
      writeJson(
        config,
        await configuration(endpoint.url, database, known, servers, home, repository, published),
        0o600,
      );
      return {
        ...portalCommand([config]),
        env: {
          NODE_ENV: 'production',
          PORTAL_SECRET: secret('backend'),
          PORTAL_DATABASE_PASSWORD: password,
          PORTAL_MODELS_PASSWORD: known.password,
          // An account may be in it.
          ...(registry === undefined ? {} : { PORTAL_SCHEMA_REGISTRY_URL: registry }),
          PORTAL_ALERT_SECRET: secret(ALERTS),
          PORTAL_DOLPHINSCHEDULER_TOKEN: home.knownSecret(TOKEN) ?? '',
        },
      };
    },

    async probe({ endpoint }) {
      await probePortal(endpoint.url);
      // Once: from then on the catalog keeps them.
      if (!guestIsKnown) await probeGuest(endpoint.url);
      guestIsKnown = true;
    },
  };
}
