import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { formatError, redact } from '@dolphinstage/common';
import { readConnections } from '@dolphinstage/task-kit';
import { openKafka } from '@dolphinstage/task-kit/kafka';
import { ContractFolder } from '../contract-folder';
import { QualityError } from '../errors';
import { slackChannel } from '../notify/slack-channel';
import { readKeptContracts, type ContractTexts } from '../kept-contracts';
import { openRegistry } from '../registry/open';
import type { SchemaRegistry } from '../registry/schema-registry';
import { TOPICS, topicsWith } from '../topics';
import { serveHealth } from './http';
import { Replica } from './replica';

const USAGE = `dolphinstage-quality --contracts <folder> --connections <file> [options]

  --contracts <folder>     the contracts (*.json) of the streams to check; read again when they change
  --connections <file>     the connections file (mode 0600); DOLPHINSTAGE_CONNECTIONS unless told
  --kafka <name>           the Kafka connection; kafka unless told
  --slack <name>           an http connection: Slack's incoming webhook. Without it, alerts are only written to Kafka
  --registry <name>        an http connection: the schema registry, for contracts whose rows name schemas. schema-registry, if there is one, unless told
  --name <name>            this replica's name, stable across restarts; the host's name unless told
  --group <name>           the consumer groups' names begin with it; data-quality unless told
  --topic-suffix <text>    ends the names of the checker's own topics (quality-…): another one for another checker on the same Kafka
  --portal <url>           the portal, for links in alerts
  --host, --port           where /healthz, /readyz and /metrics are; 127.0.0.1 and 9464 unless told
  --session <ms>           how long it may be silent before others take over; 6000 unless told
`;

/** Where a broker has gone, another one leads soon: it is asked for so often, in ms. */
const KAFKA_RETRY_MS = 400;
/** How long stopping may take, in ms: what isn't written by then is the others' to do again. */
const STOP_MS = 8_000;

function log(level: 'info' | 'warn' | 'error', message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${level} ${redact(message)}\n`);
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        contracts: { type: 'string' },
        connections: { type: 'string', default: process.env.DOLPHINSTAGE_CONNECTIONS },
        kafka: { type: 'string', default: 'kafka' },
        slack: { type: 'string' },
        registry: { type: 'string' },
        name: { type: 'string', default: hostname() },
        group: { type: 'string' },
        portal: { type: 'string' },
        'topic-suffix': { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '9464' },
        session: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new QualityError('OPTION_INVALID', (cause as Error).message, {
      todo: 'See --help.',
      cause,
    });
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new QualityError('OPTION_INVALID', `--${name} ${text} is no whole number`, {
    todo: 'See --help.',
  });
}

async function start(args: readonly string[]): Promise<void> {
  const values = optionsOf(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!values.contracts || !values.connections) {
    throw new QualityError('OPTION_MISSING', 'it needs --contracts and --connections', {
      todo: 'See --help.',
    });
  }
  const connections = readConnections(values.connections);
  const registry = openRegistry(connections, values.registry);
  const topics = values['topic-suffix'] ? topicsWith(values['topic-suffix']) : TOPICS;
  const brokers = connectionOf(connections, values.kafka, 'kafka');
  const open = () => openKafka(brokers, values.name, { mostRetryMs: KAFKA_RETRY_MS });
  const contracts = await contractsOf(values.contracts, registry, async () =>
    readKeptContracts(await open(), topics),
  );
  for (const { file, error } of contracts.refused) {
    log('warn', `${file} is refused, what it was before stays: ${messageOf(error)}`);
  }
  const kafka = await open();
  const slack = values.slack && connectionOf(connections, values.slack, 'http').baseUrl;
  const running: { replica?: Replica } = {};
  const health = await serveHealth(
    { host: values.host, port: wholeNumber('port', values.port) },
    () => running.replica,
  );
  let ending = false;
  const end = async (code: number) => {
    if (ending) process.exit(code || 1);
    ending = true;
    setTimeout(() => process.exit(code || 1), STOP_MS).unref();
    await running.replica?.stop();
    health.close();
    process.exit(code);
  };
  process.on('SIGTERM', () => void end(0));
  process.on('SIGINT', () => void end(0));
  running.replica = await Replica.start({
    kafka,
    contracts,
    name: values.name,
    ...(slack ? { channel: slackChannel(slack) } : {}),
    ...(values.portal ? { portal: values.portal } : {}),
    ...(values.group ? { group: values.group } : {}),
    topics,
    ...(values.session ? { sessionMs: wholeNumber('session', values.session) } : {}),
    onProblem: (what, error) => log('warn', error ? `${what}: ${messageOf(error)}` : what),
    onCrash: error => {
      log('error', messageOf(error));
      void end(1);
    },
  });
  log('info', `checks ${[...contracts.current.newest.keys()].join(', ')} as ${values.name}`);
}

/**
 * The folder's contracts; where one of its files is none, by what it was when replicas ran last.
 *
 * @throws QualityError of the file, where that isn't known.
 */
async function contractsOf(
  folder: string,
  registry: SchemaRegistry | undefined,
  kept: () => Promise<ContractTexts>,
): Promise<ContractFolder> {
  const options = { registry, strict: true };
  try {
    return new ContractFolder(folder, options);
  } catch (error) {
    if (!(error instanceof QualityError)) throw error;
    const before = await kept().catch(() => undefined);
    if (!before) throw error;
    return new ContractFolder(folder, { ...options, kept: before });
  }
}

function connectionOf<K extends 'kafka' | 'http'>(
  connections: ReturnType<typeof readConnections>,
  name: string,
  kind: K,
) {
  const settings = connections[name];
  if (settings?.kind === kind) return settings as Extract<typeof settings, { kind: K }>;
  throw new QualityError('OPTION_INVALID', `${name} is no ${kind} connection`, {
    todo: 'Add it to the connections file, or name another one.',
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * A replica as a program: runs until it is told to end, or can't go on. It ends the process: 0 when told to, 1 when it can't go on, 2 for bad
 * input.
 *
 * @param args - the command line without the program's own name.
 * @public
 */
export async function runReplica(args: readonly string[]): Promise<void> {
  try {
    await start(args);
  } catch (error) {
    process.stderr.write(`${redact(formatError(error))}\n`);
    process.exit(2);
  }
}
