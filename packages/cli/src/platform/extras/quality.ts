import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeJson, writeTargets, type Home, type ServerDefinition } from '@dolphinstage/embedded';
import { flightStream, slackSink } from '@dolphinstage/samples';
import { bundleProgram } from '@dolphinstage/task-kit';
import axios from 'axios';
import { REPLICA_MAIN, REPLICA_PROGRAM } from '../../quality/replica-program';
import { Published } from '../../repository/published';
import { ROOT } from '../../root';
import { REGISTRY, registryUrl } from '../registry';
import { stagingConnection } from '../sources';
import type { Extra } from './extra';

const PACK = join(ROOT, 'tasks/data-quality');
const TOPIC = 'incoming-data';
const REPLICAS = [1, 2, 3];
/** The embedded broker lets a group be told of a dead member sooner than others do. */
const SESSION_MS = 1_500;

const nameOf = (number: number) => `quality-${number}`;

/** The replicas' program as one file, made once however many ask. */
function programIn(home: Home): () => Promise<string> {
  let program: Promise<string> | undefined;
  const make = async () => {
    const folder = home.folder('programs');
    rmSync(folder, { recursive: true, force: true });
    return (await bundleProgram(REPLICA_MAIN, REPLICA_PROGRAM, folder)).file;
  };
  return () => (program ??= make());
}

/** One process of the stream checker. */
function replica(
  number: number,
  home: Home,
  program: () => Promise<string>,
  beside: ReadonlySet<string>,
): ServerDefinition {
  const name = nameOf(number);
  const own = beside.has(REGISTRY) ? [REGISTRY] : [];
  return {
    name,
    title: `stream checker, replica ${number} of ${REPLICAS.length}`,
    dependsOn: ['kafka', 'slack-sink', 'portal', ...own],
    startLimit: 60,

    async install() {
      await program();
    },

    async endpoint({ port }) {
      const chosen = await port('http');
      return { host: '127.0.0.1', port: chosen, url: `http://127.0.0.1:${chosen}` };
    },

    async start({ folder, endpoint, endpointOf }) {
      const connections = join(folder, 'connections.json');
      const webhook =
        process.env.SLACK_WEBHOOK_URL ?? `${endpointOf('slack-sink').url}/services/local`;
      const registry = registryUrl(beside, endpointOf);
      writeJson(
        connections,
        {
          kafka: stagingConnection(endpointOf('kafka')),
          slack: { kind: 'http', baseUrl: webhook },
          ...(registry ? { 'schema-registry': { kind: 'http', baseUrl: registry } } : {}),
        },
        0o600,
      );
      return {
        command: process.execPath,
        args: [
          await program(),
          ...['--contracts', new Published(home).contracts, '--connections', connections],
          ...['--slack', 'slack', '--name', name, '--session', String(SESSION_MS)],
          ...['--host', endpoint.host, '--port', String(endpoint.port)],
          ...['--portal', endpointOf('portal').url],
        ],
        cwd: folder,
      };
    },

    async probe({ endpoint }) {
      await axios.get(`${endpoint.url}/readyz`, { proxy: false, timeout: 2_000 });
    },
  };
}

/** Three replicas of the stream checker, a stream of flights, and where alerts go. */
export const quality: Extra = {
  name: 'quality',
  title:
    'three replicas of the stream checker, and flights as a stream; alerts go to $SLACK_WEBHOOK_URL, else to a local sink',
  servers: (home, beside) => {
    const program = programIn(home);
    return [
      slackSink,
      ...REPLICAS.map(number => replica(number, home, program, beside)),
      flightStream(TOPIC, ['kafka', ...REPLICAS.map(nameOf)]),
    ];
  },
  workflows: [join(PACK, 'workflow.ts')],
  afterReady: {
    // It waits for all replicas: only now is it known where each of them listens.
    async 'flight-stream'({ home, endpointOf }) {
      const addresses = REPLICAS.map(number => {
        const { host, port } = endpointOf(nameOf(number));
        return { address: `${host}:${port}` };
      });
      writeTargets(home, 'data-quality', addresses);
    },
  },
};
