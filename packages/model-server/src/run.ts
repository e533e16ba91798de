import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { formatError, redact } from '@dolphinstage/common';
import { BundleStore, FileStore } from '@dolphinstage/model-kit';
import { openPostgres, readConnections, type ConnectionSettings } from '@dolphinstage/task-kit';
import { Access } from './access';
import { ServerError } from './errors';
import { createApp } from './http/app';
import { listenerFor } from './listener';
import { ServerMetrics } from './metrics';
import { Models } from './models';
import { Nights } from './nights';
import { PredictionLog } from './prediction-log';
import { Predictor } from './predict';

const USAGE = `dolphinstage-models --bundles <folder> --access <file> --connections <file> [options]

  --bundles <folder>       the versions' files, as retraining leaves them
  --access <file>          who may ask which model (JSON; digests of tokens)
  --connections <file>     the connections file (mode 0600); DOLPHINSTAGE_CONNECTIONS unless told
  --postgres <name>        the connection to the database with the schema models; models unless told
  --host, --port           127.0.0.1 and 9470 unless told; port 0: any
  --max-rows <number>      rows a request; 1000 unless told
  --max-bytes <number>     bytes a request; 1048576 unless told
  --sample <share>         of the requests whose predictions are logged, 0 to 1; 1 unless told
  --redact <fields>        with commas between: inputs that are not logged
  --log-rows <number>      predictions that may wait for PostgreSQL; 20000 unless told
  --drain <ms>             on SIGTERM, from not ready until it takes no more connections; 2000 unless told
`;

/** How long PostgreSQL may take; a frozen one must not hold anything. */
const QUERY_MS = 5_000;
/** How long stopping may take after draining, in ms. */
const STOP_MS = 10_000;

function log(level: 'info' | 'warn' | 'error', message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${level} ${redact(message)}\n`);
}

function optionsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        bundles: { type: 'string' },
        access: { type: 'string' },
        connections: { type: 'string', default: process.env.DOLPHINSTAGE_CONNECTIONS },
        postgres: { type: 'string', default: 'models' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '9470' },
        'max-rows': { type: 'string', default: '1000' },
        'max-bytes': { type: 'string', default: '1048576' },
        sample: { type: 'string', default: '1' },
        redact: { type: 'string', default: '' },
        'log-rows': { type: 'string', default: '20000' },
        drain: { type: 'string', default: '2000' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new ServerError('SETTINGS_INVALID', (cause as Error).message, {
      todo: 'See --help.',
      cause,
    });
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ServerError('SETTINGS_INVALID', `--${name} ${text} is no whole number`, {
    todo: 'See --help.',
  });
}

function shareOf(name: string, text: string): number {
  if (/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) return Number(text);
  throw new ServerError('SETTINGS_INVALID', `--${name} ${text} is no share from 0 to 1`, {
    todo: 'See --help.',
  });
}

function postgresOf(file: string, name: string): ConnectionSettings<'postgres'> {
  const settings = readConnections(file)[name];
  if (settings?.kind === 'postgres') return settings;
  throw new ServerError('SETTINGS_INVALID', `${name} is no postgres connection`, {
    where: file,
    todo: 'Add it to the connections file, or name another one.',
  });
}

async function start(args: readonly string[]): Promise<void> {
  const values = optionsOf(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!values.bundles || !values.access || !values.connections) {
    throw new ServerError('SETTINGS_INVALID', 'it needs --bundles, --access and --connections', {
      todo: 'See --help.',
    });
  }
  const access = Access.read(values.access);
  const settings = postgresOf(values.connections, values.postgres);
  const numberOf = (name: 'port' | 'max-rows' | 'max-bytes' | 'log-rows' | 'drain') =>
    wholeNumber(name, values[name]);
  const limits = { maxRows: numberOf('max-rows'), maxBytes: numberOf('max-bytes') };
  const [port, drainMs, logRows] = [numberOf('port'), numberOf('drain'), numberOf('log-rows')];
  const sample = shareOf('sample', values.sample);
  const pool = await openPostgres(settings, {
    query_timeout: QUERY_MS,
    connectionTimeoutMillis: QUERY_MS,
    application_name: 'dolphinstage-models',
  });
  const metrics = new ServerMetrics();
  const problem = (what: string, error: unknown) =>
    log('warn', `${what}: ${error instanceof Error ? error.message : String(error)}`);
  const predictionLog = new PredictionLog(pool, logRows, {
    dropped: rows => metrics.log('dropped', rows),
    written: rows => metrics.log('written', rows),
    problem,
  });
  const bundles = new BundleStore(new FileStore(values.bundles));
  const models = new Models(pool, listenerFor(settings, QUERY_MS), bundles, {
    switched: (name, version) => {
      metrics.switched(name);
      log('info', `${name}: version ${version} answers`);
    },
    refused: (name, _, why) => log('error', `${name}: ${why}; what was before stays`),
    problem,
  });
  const nights = new Nights(pool, problem);
  let draining = false;
  const app = await createApp({
    ...{ models, metrics, access, nights, problem },
    ...limits,
    predictor: new Predictor(metrics, predictionLog, {
      sample,
      redact: values.redact.split(',').filter(Boolean),
    }),
    logLength: () => predictionLog.length,
    draining: () => draining,
  });
  const end = async () => {
    if (draining) process.exit(1);
    draining = true;
    log('info', 'ends: answers what it has');
    setTimeout(() => process.exit(1), drainMs + STOP_MS).unref();
    // Whoever balances load looks at /readyz first.
    await pause(drainMs);
    await app.close();
    nights.stop();
    await models.stop();
    await predictionLog.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  models.start();
  nights.start();
  const address = await app.listen({ host: values.host, port });
  log('info', `listens at ${address}`);
}

/**
 * The model server as a program: runs until it is told to end. It ends the process: 0 when told to, 1 when that
 * took too long, 2 for bad input.
 *
 * @param args - the command line without the program's own name.
 * @public
 */
export async function runModelServer(args: readonly string[]): Promise<void> {
  try {
    await start(args);
  } catch (error) {
    process.stderr.write(`${redact(formatError(error))}\n`);
    process.exit(2);
  }
}
