import { existsSync, readFileSync } from 'node:fs';
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { type Home, supervisorOf, writeJson } from '@dolphinstage/embedded';
import type { Target } from '../context';
import { CliError } from '../errors';
import { EMBEDDED } from '../target';

/** Under what name the home keeps the service user's token. */
export const TOKEN = 'dolphinscheduler.token';

/** What of a target can be written down; the token is among the home's secrets. */
export type EmbeddedTarget = Pick<
  Target,
  'url' | 'delivery' | 'bundles' | 'environment' | 'tenant'
> & {
  /** The tenant's connections file. */
  connections: string;
};

const fileOf = (home: Home) => home.file('run', 'target.json');

/** Says where the platform that has just come up is. */
export function writeEmbeddedTarget(home: Home, target: EmbeddedTarget): void {
  writeJson(fileOf(home), target, 0o644);
}

/** How workflows get to the embedded platform; undefined before the first `up`. */
export function embeddedTarget(home: Home): EmbeddedTarget | undefined {
  if (!existsSync(fileOf(home))) return undefined;
  return JSON.parse(readFileSync(fileOf(home), 'utf8')) as EmbeddedTarget;
}

/** Where the embedded tenant's connections are; undefined before the first `up`. */
export function embeddedConnections(home: Home): string | undefined {
  return embeddedTarget(home)?.connections;
}

/** @throws CliError `PLATFORM_DOWN`. */
export async function readEmbeddedTarget(home: Home): Promise<Target> {
  const token = home.knownSecret(TOKEN);
  const target = embeddedTarget(home);
  if (!token || !target || supervisorOf(home) === undefined) {
    throw new CliError('PLATFORM_DOWN', 'the embedded platform is not up', {
      where: home.path,
      todo: 'Start it with `./dolphinstage up --detach`, or choose an instance with --target.',
    });
  }
  return { ...target, name: EMBEDDED, client: await createClient({ url: target.url, token }) };
}
