import type { Command } from 'commander';
import { openPostgres } from '@dolphinstage/task-kit';
import { settingsOf } from '../connection-settings';
import type { CliContext } from '../context';

type Pool = Awaited<ReturnType<typeof openPostgres>>;

/** What every `models` command takes. */
export interface ModelOptions {
  connections?: string;
  connection?: string;
  json?: boolean;
}

export function modelOptions(command: Command): Command {
  return command
    .option(
      '--connections <file>',
      "default: $DOLPHINSTAGE_CONNECTIONS, else the embedded tenant's",
    )
    .option(
      '--connection <name>',
      'the PostgreSQL that holds the models; default: warehouse, or the only one there is',
    )
    .option('--json', 'for machines: one JSON object');
}

/** @throws CliError `USAGE` when there is no such connection. */
export async function withModels<T>(
  cli: CliContext,
  options: ModelOptions,
  use: (db: Pool) => Promise<T>,
): Promise<T> {
  const which = { name: options.connection, usual: 'warehouse' };
  const db = await openPostgres(await settingsOf(cli, options, 'postgres', which));
  try {
    return await use(db);
  } finally {
    await db.end();
  }
}
