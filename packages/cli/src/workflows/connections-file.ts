import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { asOwnerOf } from '../as-owner';
import type { CliContext } from '../context';

/** This machine's connections file: `DOLPHINSTAGE_CONNECTIONS`, else the embedded tenant's. */
export async function connectionsFile({ installation }: CliContext): Promise<string | undefined> {
  return process.env.DOLPHINSTAGE_CONNECTIONS ?? (await installation.platform?.connectionsFile());
}

/** Acts as the file's owner, whom the task kit insists on; a file that isn't there is the caller's. */
export function withConnections<T>(file: string, act: () => T): T {
  return existsSync(file) ? asOwnerOf(dirname(file), act) : act();
}
