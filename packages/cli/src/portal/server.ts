import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensureOwnedDatabase,
  writeJson,
  type Endpoint,
  type Home,
  type ServerDefinition,
} from '@dolphinstage/embedded';
import axios from 'axios';
import { embeddedTarget, TOKEN } from '../platform/embedded-target';
import { Repository } from '../repository/repository';
import { ROOT } from '../root';
import { EMBEDDED } from '../target';
import { buildFrontend } from './build-frontend';

const DATABASE = 'portal';
const BACKEND = join(ROOT, 'packages/backend');

/** As commands see the embedded DolphinScheduler: what the portal plans is what they would do. */
function instanceOf(home: Home) {
  const { url: baseUrl, delivery, bundles, environment, tenant } = embeddedTarget(home) ?? {};
  return { baseUrl, delivery, bundles, environment, tenant };
}

/** What only a started platform knows; secrets stand for variables of the environment. */
const configuration = (url: string, postgres: Endpoint, home: Home, repository: Repository) => ({
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
        user: DATABASE,
        password: '${PORTAL_DATABASE_PASSWORD}',
        database: DATABASE,
      },
    },
  },
  dolphinscheduler: {
    scaffolder: { repository: repository.path },
    instances: [
      {
        name: EMBEDDED,
        ...instanceOf(home),
        token: '${PORTAL_DOLPHINSCHEDULER_TOKEN}',
      },
    ],
  },
});

/** The Backstage portal: one process that serves the built frontend too. */
export function portal(home: Home): ServerDefinition {
  return {
    name: 'portal',
    title: 'Backstage portal (guest sign-in: for this machine only)',
    dependsOn: ['postgres', 'dolphinscheduler'],
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
      const password = secret('database');
      // Each plugin makes its own schema in it.
      await ensureOwnedDatabase(postgres, DATABASE, password);
      const repository = new Repository(home);
      await repository.prepare();
      mkdirSync(folder, { recursive: true });
      const config = join(folder, 'app-config.json');
      writeJson(config, configuration(endpoint.url, postgres, home, repository), 0o600);
      return {
        command: process.execPath,
        args: [
          ...['--disable-warning=DEP0040', '--no-node-snapshot'],
          ...['--require', require.resolve('@backstage/cli/config/nodeTransform.cjs')],
          join(BACKEND, 'src/index.ts'),
          ...['--config', join(ROOT, 'app-config.yaml'), '--config', config],
        ],
        env: {
          NODE_ENV: 'production',
          PORTAL_SECRET: secret('backend'),
          PORTAL_DATABASE_PASSWORD: password,
          PORTAL_DOLPHINSCHEDULER_TOKEN: home.knownSecret(TOKEN) ?? '',
        },
        cwd: BACKEND,
      };
    },

    async probe({ endpoint }) {
      await axios.get(`${endpoint.url}/.backstage/health/v1/readiness`, {
        timeout: 5_000,
        proxy: false,
      });
    },
  };
}
