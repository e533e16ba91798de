import { readConnections, type Connections } from '@dolphinstage/task-kit';
import type { CliContext } from './context';
import { CliError } from './errors';
import { connectionsFile, withConnections } from './workflows/connections-file';

type Kind = 'kafka' | 'postgres';
const KINDS = { kafka: 'Kafka', postgres: 'PostgreSQL' };

/** What commands take that speak to a server of tasks. */
export interface ConnectionsOption {
  connections?: string;
}

/** @throws CliError `USAGE` when no file is named and there is none of this machine's. */
export async function connectionsOf(
  cli: CliContext,
  { connections: told }: ConnectionsOption,
): Promise<{ readonly file: string; readonly known: Connections }> {
  const file = told ?? (await connectionsFile(cli));
  if (file) return { file, known: withConnections(file, () => readConnections(file)) };
  throw new CliError('USAGE', 'there is no connections file to use', {
    todo: 'Name one with --connections or DOLPHINSTAGE_CONNECTIONS, or start the platform once.',
  });
}

/**
 * The settings of a connection: the named one, the only one of its kind, else the usual one.
 *
 * @throws CliError `USAGE` when there is no such connection.
 */
export async function settingsOf<K extends Kind>(
  cli: CliContext,
  options: ConnectionsOption,
  kind: K,
  { name, usual }: { readonly name: string | undefined; readonly usual: string },
): Promise<Extract<Connections[string], { kind: K }>> {
  const { file, known } = await connectionsOf(cli, options);
  const names = Object.keys(known).filter(each => known[each]?.kind === kind);
  const chosen = name ?? (names.length === 1 ? names[0]! : usual);
  const settings = known[chosen];
  if (settings?.kind === kind) return settings as Extract<typeof settings, { kind: K }>;
  throw new CliError('USAGE', `${chosen} is no ${KINDS[kind]} connection`, {
    where: file,
    todo: names.length > 0 ? `Use one of: ${names.join(', ')}.` : 'Add one to the file.',
  });
}
