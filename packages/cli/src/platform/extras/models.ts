import { createHash } from 'node:crypto';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  mlflow,
  writeJson,
  writeTargets,
  type Endpoint,
  type Home,
  type ServerDefinition,
} from '@dolphinstage/embedded';
import { seedShop, shop } from '@dolphinstage/samples';
import { migrateOps, openPostgres } from '@dolphinstage/task-kit';
import axios from 'axios';
import type { Pool } from 'pg';
import { CliError } from '../../errors';
import { ROOT } from '../../root';
import { runOnce } from '../run-once';
import { warehouseConnection } from '../sources';
import type { Extra } from './extra';

const PACK = join(ROOT, 'tasks/model-retraining');
const SERVER_MAIN = join(ROOT, 'packages/model-server/src/main.ts');
const SERVER = 'model-server';
const MODEL = 'customer-churn';
const NIGHTLY = 'customer-churn-nightly';

/** Training sets and versions: tasks write here as the tenant, the server reads. */
const filesOf = (home: Home) => home.folder('model-files');
const shopToken = (home: Home) => home.secret('models.shop-token');

function modelServer(home: Home): ServerDefinition {
  return {
    name: SERVER,
    title: 'model server',
    dependsOn: ['postgres'],
    startLimit: 60,

    async install() {
      // It is part of this project.
    },

    async endpoint({ port }) {
      const chosen = await port('http');
      return { host: '127.0.0.1', port: chosen, url: `http://127.0.0.1:${chosen}` };
    },

    async start({ folder, endpoint, endpointOf }) {
      const connections = join(folder, 'connections.json');
      const access = join(folder, 'access.json');
      const models = warehouseConnection(home, endpointOf('postgres'));
      writeJson(connections, { models }, 0o600);
      const digest = createHash('sha256').update(shopToken(home)).digest('hex');
      const tenant = { name: 'shop', tokens: [digest], models: [MODEL], rate: 100 };
      writeJson(access, { tenants: [tenant] }, 0o600);
      return {
        command: process.execPath,
        args: [
          ...['--import', pathToFileURL(require.resolve('tsx')).href, SERVER_MAIN],
          ...['--bundles', join(filesOf(home), 'bundles')],
          ...['--access', access, '--connections', connections],
          ...['--host', endpoint.host, '--port', String(endpoint.port), '--drain', '0'],
        ],
        cwd: folder,
      };
    },

    async probe({ endpoint }) {
      await axios.get(`${endpoint.url}/readyz`, { proxy: false, timeout: 2_000 });
    },
  };
}

async function withWarehouse<T>(
  home: Home,
  endpoint: Endpoint,
  use: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = await openPostgres(warehouseConnection(home, endpoint));
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

/** The version that is live, with what its gates saw; undefined before the first. */
async function liveVersion(pool: Pool): Promise<{ version: number; accuracy: number } | undefined> {
  const { rows } = await pool.query<{ version: number; accuracy: number }>(
    `select v.number as version, (v.metrics ->> 'accuracy')::float8 as accuracy
     from models.deployment d join models.version v on v.model = d.model and v.number = d.current
     where d.model = $1`,
    [MODEL],
  );
  return rows[0];
}

/** MLflow, the model server, a shop that asks it, and a first version of the churn model. */
export const models: Extra = {
  name: 'models',
  title: 'MLflow, a model server, a shop that asks it about its customers, and a first training',
  servers: home => [
    mlflow(),
    modelServer(home),
    shop({
      after: ['postgres', SERVER],
      model: MODEL,
      connect: endpointOf => ({
        postgres: warehouseConnection(home, endpointOf('postgres')),
        models: { url: endpointOf(SERVER).url, token: shopToken(home) },
      }),
    }),
  ],
  workflows: [join(PACK, 'workflow.ts')],
  connections: ({ home, endpointOf }) => ({
    'model-files': { kind: 'files', path: filesOf(home) },
    mlflow: { kind: 'http', baseUrl: endpointOf('mlflow').url },
  }),
  afterReady: {
    async postgres({ home, endpointOf, tenant }) {
      const files = filesOf(home);
      chmodSync(files, 0o700);
      const { uid, gid } = statSync(dirname(tenant.connections));
      chownSync(files, uid, gid);
      await withWarehouse(home, endpointOf('postgres'), async pool => {
        await migrateOps(pool, [join(PACK, 'sql/ops')]);
        const client = await pool.connect();
        await seedShop(client).finally(() => client.release());
      });
    },
    async [SERVER]({ home, endpointOf }) {
      const { host, port } = endpointOf(SERVER);
      writeTargets(home, SERVER, [{ address: `${host}:${port}` }]);
    },
  },
  /** The first night, so that there is a version to be asked; later ones are the schedule's. */
  async begin({ cli, home, target, endpointOf }) {
    return withWarehouse(home, endpointOf('postgres'), async pool => {
      const known = await liveVersion(pool);
      if (known) return { model: MODEL, ...known };
      await runOnce(cli, target, NIGHTLY);
      const live = await liveVersion(pool);
      if (!live) {
        const { rows } = await pool.query<{ outcome: string; reasons: string[] }>(
          'select outcome, reasons from models.retraining where model = $1 order by day desc limit 1',
          [MODEL],
        );
        const [night] = rows;
        const why = night ? `${night.outcome}: ${night.reasons.join('; ')}` : 'its run has failed';
        throw new CliError('CHECK_FAILED', `no version of ${MODEL} is live: ${why}`, {
          todo: `See ./dolphinstage logs ${NIGHTLY}.`,
        });
      }
      cli.note(`version ${live.version} of ${MODEL} is live, accuracy ${live.accuracy.toFixed(3)}`);
      return { model: MODEL, ...live };
    });
  },
};
