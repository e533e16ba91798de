import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from './commands';
import type { Installation } from './installation';
import { PACKAGE } from './root';
import { findInstance, instanceNames } from './target';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Manifest;

export const VERSION = manifest.version;

/** What a repository's files import. */
const LIBRARIES = ['@dolphinstage/task-kit', '@dolphinstage/workflows', '@types/node', 'zod'];
/** Checks the types; nothing is compiled. */
const TYPESCRIPT = '^5.8.0';

/** A repository's dependencies, in the versions that fit this command. */
export function repositoryDependencies(): Record<string, string> {
  const range = (library: string) => manifest.dependencies[library] ?? '*';
  return Object.fromEntries([
    [manifest.name, `^${manifest.version}`],
    ...LIBRARIES.map(library => [library, range(library)]),
    ['typescript', TYPESCRIPT],
  ]) as Record<string, string>;
}

/** The command as npm packages: for a DolphinScheduler that is there already. */
export const packages: Installation = {
  version: VERSION,
  commands,
  libraries: () => ({
    dependencies: repositoryDependencies(),
    afterClone:
      'npm install brings the libraries and the `dolphinstage` command (`npx dolphinstage`).',
  }),
  findTarget: name => findInstance(name, {}),
  targetNames: () => instanceNames(),
};
