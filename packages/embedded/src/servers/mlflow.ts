import { join } from 'node:path';
import axios from 'axios';
import type { Machine } from '../machine/machine';
import { pythonVenv } from '../machine/python';
import type { ServerContext, ServerDefinition } from '../server';
import { ensureOwnedDatabase } from './postgres';

const NAME = 'mlflow';
/** About 850 MB once installed. Its store speaks to PostgreSQL through psycopg2. */
const REQUIREMENTS = ['mlflow==3.17.2', 'psycopg2-binary==2.9.13'];
const REQUEST_MS = 5_000;

const python = (machine: Machine, report: (text: string) => void): Promise<string> =>
  pythonVenv(machine, { name: NAME, requirements: REQUIREMENTS }, report);

/**
 * MLflow 3.17 from PyPI: tracking, artifacts and model registry. What it knows lies in the database `mlflow` of
 * the server `postgres`, artifacts in the home; they come through the server, so clients need no access to the folder.
 * It knows no accounts: it listens on 127.0.0.1 only. Not among the default servers: 850 MB and half a GB of memory.
 *
 * @public
 */
export function mlflow(): ServerDefinition {
  return {
    name: NAME,
    title: 'MLflow 3.17 (PyPI)',
    dependsOn: ['postgres'],
    external: 'DOLPHINSTAGE_MLFLOW_URL',
    // The first start makes the tables: about 60 migrations.
    startLimit: 180,

    async install(machine, report) {
      await python(machine, report);
    },

    async endpoint({ port }) {
      const number = await port('http');
      return { host: '127.0.0.1', port: number, url: `http://127.0.0.1:${number}` };
    },

    async start({ machine, folder, endpoint, endpointOf, secret, report }: ServerContext) {
      const postgres = endpointOf('postgres');
      const password = secret('database');
      await ensureOwnedDatabase(postgres, NAME, password);
      // Without the driver's name SQLAlchemy 2.1 takes psycopg 3.
      const store = new URL(`postgresql+psycopg2://${postgres.host}:${postgres.port}/${NAME}`);
      store.username = NAME;
      store.password = password;
      return {
        command: await python(machine, report),
        args: [
          ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(endpoint.port)],
          ...['--workers', '1', '--serve-artifacts'],
          ...['--artifacts-destination', join(folder, 'artifacts')],
        ],
        env: {
          // Not an argument: those can be seen by everybody.
          MLFLOW_BACKEND_STORE_URI: store.href,
          // Else ten processes for jobs that nobody gives it, and a GB of memory.
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          MLFLOW_DISABLE_TELEMETRY: 'true',
          DO_NOT_TRACK: 'true',
          GIT_PYTHON_REFRESH: 'quiet',
        },
        cwd: folder,
      };
    },

    async probe({ endpoint }) {
      // `/health` answers before the store does.
      await axios.post(
        `${endpoint.url}/api/2.0/mlflow/experiments/search`,
        { max_results: 1 },
        { timeout: REQUEST_MS, proxy: false },
      );
    },
  };
}
