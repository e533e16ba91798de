import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from './commands';
import * as bench from './commands/bench';
import * as down from './commands/down';
import * as pack from './commands/pack';
import * as test from './commands/test';
import * as up from './commands/up';
import { platformHome } from './home';
import type { Installation } from './installation';
import { repositoryDependencies, VERSION } from './packages';
import { EMBEDDED, embeddedConnections, readEmbeddedTarget } from './platform/embedded-target';
import { showStatus } from './platform/show-status';
import { ROOT } from './root';
import { findInstance, instanceNames } from './target';

/** The command in a checkout: with a platform, tests and benchmarks. */
export const checkout: Installation = {
  version: VERSION,
  commands: [up.register, down.register, ...commands, test.register, bench.register, pack.register],
  configFolder: ROOT,
  platform: { connectionsFile: () => embeddedConnections(platformHome()), showStatus },
  libraries: () => ({
    dependencies: {},
    link: linkLibraries,
    afterClone: '`dolphinstage init .` links the libraries; it overwrites nothing.',
  }),
  findTarget: async (name = EMBEDDED) =>
    name === EMBEDDED
      ? readEmbeddedTarget(platformHome())
      : findInstance(name, { configFolder: ROOT, others: [EMBEDDED] }),
  targetNames: async () => [EMBEDDED, ...(await instanceNames(ROOT))],
};

/** Links the libraries of this checkout, which may be in no registry. Real packages are left alone. */
function linkLibraries(folder: string): void {
  for (const library of Object.keys(repositoryDependencies())) {
    const link = join(folder, 'node_modules', library);
    const stat = lstatSync(link, { throwIfNoEntry: false });
    if (stat && !stat.isSymbolicLink()) continue;
    if (stat) rmSync(link);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', library), link);
  }
}
