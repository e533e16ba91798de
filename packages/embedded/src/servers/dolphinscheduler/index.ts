import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { jvmArguments } from '../../machine/java';
import type { ServerContext, ServerDefinition } from '../../server';
import { classpath, fromSources } from './artifacts';
import { writeConfiguration } from './configuration';
import { DATABASE, prepareDatabase } from './database';
import { PYTHON_GATEWAY_PORT } from './python-gateway';

/** The account that DolphinScheduler's schema brings; `up` gives it a password of its own. @public */
export const ADMINISTRATOR = 'admin';
/** Its password until then. @public */
export const FACTORY_PASSWORD = 'dolphinscheduler123';

/** DolphinScheduler 3.1.1, master, worker, API and alert server in one JVM, on the embedded PostgreSQL. */
export const dolphinscheduler: ServerDefinition = {
  name: 'dolphinscheduler',
  title: 'DolphinScheduler 3.1.1 (no web UI: no registry has it)',
  dependsOn: ['postgres'],
  external: 'DOLPHINSTAGE_DOLPHINSCHEDULER_URL',
  startLimit: 240,
  openPorts:
    'its master, worker, alert server and ZooKeeper listen on every interface; it has no setting for that',

  async install(machine, report) {
    await machine.java(report);
    await machine.need('pstree', 'psmisc', report);
    if (machine.root) await machine.need('sudo', 'sudo', report);
    await classpath(machine, report);
  },

  async endpoint({ port, secret }) {
    const number = await port('api');
    return {
      host: '127.0.0.1',
      port: number,
      user: ADMINISTRATOR,
      password: secret('administrator'),
      url: `http://127.0.0.1:${number}/dolphinscheduler`,
    };
  },

  async start({ machine, folder, endpoint, endpointOf, port, report, secret }: ServerContext) {
    const java = await machine.java(report);
    const jars = await classpath(machine, report);
    const database = endpointOf('postgres');
    const password = secret('database');
    await prepareDatabase(
      database,
      password,
      await fromSources(jars, 'dao', 'sql/dolphinscheduler_postgresql.sql'),
    );

    const alertPort = await port('alert');
    mkdirSync(join(folder, 'run'), { recursive: true });
    const sudo = machine.root && (await machine.which('sudo')) !== undefined;
    if (!sudo) report('tasks run as the OS user of this process: the platform has a single tenant');
    const conf = await writeConfiguration(jars, {
      folder,
      sudo,
      user: userInfo().username,
      alertPort,
    });
    // Not in the environment: tasks inherit that.
    writeFileSync(join(folder, 'secrets.properties'), `DATABASE_PASSWORD=${password}\n`, {
      mode: 0o600,
    });
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, `127.0.0.1 localhost ${hostname()}\n`);
    return {
      command: java,
      args: [
        ...jvmArguments({ heapMb: 1024, archive: join(folder, 'classes.jsa') }),
        ...[
          '--add-opens',
          'java.base/java.lang=ALL-UNNAMED',
          '--add-opens',
          'java.base/java.util=ALL-UNNAMED',
        ],
        ...[`-DDOLPHINSCHEDULER_WORKER_HOME=${folder}`, `-Djdk.net.hosts.file=${hosts}`],
        ...['-cp', [conf, ...jars].join(':'), 'org.apache.dolphinscheduler.StandaloneServer'],
      ],
      env: {
        API_PORT: String(endpoint.port),
        MASTER_PORT: String(await port('master')),
        WORKER_PORT: String(await port('worker')),
        ALERT_PORT: String(alertPort),
        PYTHON_GATEWAY: 'false',
        PYTHON_GATEWAY_PORT: String(await port(PYTHON_GATEWAY_PORT)),
        DATABASE_URL: `jdbc:postgresql://${database.host}:${database.port}/${DATABASE}`,
        DATABASE_USER: DATABASE,
        DOLPHINSCHEDULER_WORKER_HOME: folder,
      },
      cwd: join(folder, 'run'),
    };
  },

  async probe({ endpoint }) {
    const client = axios.create({
      baseURL: endpoint.url,
      timeout: 10_000,
      proxy: false,
      maxRedirects: 0,
    });
    const health = await client.get<{ status?: string }>('/actuator/health');
    if (health.data.status !== 'UP') throw new Error(`health is ${health.data.status}`);
    // The API answers before master and worker have started; what lists the API's documents is the last to be
    // there. (Without master and worker, a started workflow would wait for ever.)
    const groups = await client.get<unknown[]>('/swagger-resources');
    if (groups.data.length === 0) throw new Error('it is still starting');
  },
};
