import type { Command } from 'commander';
import {
  readConnections,
  setConnection,
  testConnection,
  type ConnectionSettings,
} from '@dolphinstage/task-kit';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { readSecret } from '../secret-input';
import { textTable } from '../table';
import { connectionsFile, withConnections } from '../workflows/connections-file';

const SECRETS = ['password', 'token', 'sasl.password'];

interface FileOption {
  file?: string;
}

async function fileOf(cli: CliContext, { file }: FileOption): Promise<string> {
  const found = file ?? (await connectionsFile(cli));
  if (!found) {
    throw new CliError('USAGE', 'there is no connections file to use', {
      todo: 'Name one with --file or DOLPHINSTAGE_CONNECTIONS, or start the platform once.',
    });
  }
  return found;
}

/** `sasl.username=x` becomes `{ sasl: { username: 'x' } }`. */
function parseFields(fields: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const field of fields) {
    const [, key, value] = /^([A-Za-z.]+)=(.*)$/s.exec(field) ?? [];
    if (!key || value === undefined) {
      throw new CliError('USAGE', `"${field}" is no setting`, { todo: 'Write key=value.' });
    }
    if (SECRETS.includes(key)) {
      throw new CliError(
        'USAGE',
        `${key} must not stand on the command line, where others can read it`,
        {
          todo: `Leave it out: you are asked for it, or pipe it in (and change it now: it is in your history).`,
        },
      );
    }
    setPath(settings, key, typed(key, value));
  }
  return settings;
}

function typed(key: string, value: string): unknown {
  if (key === 'port') return Number(value);
  if (key === 'brokers') return value.split(',');
  if (key === 'tls' && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

function setPath(target: Record<string, unknown>, path: string, value: unknown): void {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = (target[head] ?? {}) as Record<string, unknown>;
  target[head] = inner;
  setPath(inner, rest.join('.'), value);
}

/** Which secret a kind takes with these settings. */
function secretOf(settings: Record<string, unknown>): string | undefined {
  switch (settings.kind) {
    case 'files':
      return undefined;
    case 'http':
      return 'token';
    case 'kafka':
      return settings.sasl ? 'sasl.password' : undefined;
    default:
      return 'password';
  }
}

function addressOf(settings: ConnectionSettings): string {
  switch (settings.kind) {
    case 'postgres':
    case 'mysql':
      return `${settings.user}@${settings.host}:${settings.port}/${settings.database}`;
    case 'oracle':
      return `${settings.user}@${settings.connectString}`;
    case 'kafka':
      return settings.brokers.join(',');
    case 'http':
      // A webhook's path or query is as good as a password.
      return new URL(settings.baseUrl).origin;
    default:
      return settings.path;
  }
}

export function register(program: Command, cli: CliContext): void {
  const group = program
    .command('connections')
    .description("connections by name, in the tenant's own file; definitions hold the names only");
  const fileOption = [
    '--file <path>',
    "default: $DOLPHINSTAGE_CONNECTIONS, else the embedded tenant's",
  ] as const;

  group
    .command('list')
    .description('names, kinds and addresses, without secrets')
    .option(...fileOption)
    .option('--json', 'for machines')
    .action(async (options: FileOption & { json?: boolean }) => {
      const file = await fileOf(cli, options);
      const rows = Object.entries(withConnections(file, () => readConnections(file))).map(
        ([name, settings]) => ({ name, kind: settings.kind, address: addressOf(settings) }),
      );
      if (options.json) {
        cli.json({ connections: rows });
        return;
      }
      cli.out(textTable(['connection', 'kind', 'address'], rows.map(Object.values)));
    });

  group
    .command('set')
    .description('store a connection; its password or token is asked for, or read from a pipe')
    .argument('<name>', 'what workflows call it')
    .argument('<settings...>', 'kind=mysql host=… port=… database=… user=…')
    .option(...fileOption)
    .action(async (name: string, fields: string[], options: FileOption) => {
      const file = await fileOf(cli, options);
      const settings = parseFields(fields);
      const secret = secretOf(settings);
      if (secret) {
        const value = await readSecret(`${secret} of ${name}: `);
        if (value) setPath(settings, secret, value);
      }
      withConnections(file, () => setConnection(file, name, settings));
      cli.note(`stored ${name} in ${file}`);
    });

  group
    .command('test')
    .description('try a connection, or all, from this machine')
    .argument('[name]')
    .option(...fileOption)
    .option('--json', 'for machines')
    .action(async (name: string | undefined, options: FileOption & { json?: boolean }) => {
      const file = await fileOf(cli, options);
      const known = withConnections(file, () => readConnections(file));
      if (name && !known[name]) {
        throw new CliError('USAGE', `there is no connection ${name}`, {
          where: file,
          todo: `Use one of: ${Object.keys(known).join(', ')}.`,
        });
      }
      const results = await Promise.all(
        Object.entries(known)
          .filter(([candidate]) => !name || candidate === name)
          .map(async ([candidate, settings]) => {
            const begun = Date.now();
            const error = await testConnection(settings).then(
              () => undefined,
              (failure: Error) => failure.message,
            );
            return { name: candidate, ok: error === undefined, ms: Date.now() - begun, error };
          }),
      );
      if (options.json) cli.json({ connections: results });
      else {
        for (const { name: tried, ok, ms, error } of results) {
          cli.out(`${ok ? '✓' : '✗'} ${tried.padEnd(20)} ${ok ? `${ms} ms` : error}`);
        }
      }
      if (results.some(({ ok }) => !ok)) cli.exit(1);
    });
}
