import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from './commands';
import type { Installation } from './installation';
import { repositoryDependencies, VERSION } from './packages';
import { ROOT } from './root';
import { EMBEDDED, findInstance, instanceNames } from './target';

/** Loaded only for what is about it. */
const embedded = () => import('./platform/embedded');

/** The command in a checkout: with a platform, tests and benchmarks. */
export const checkout: Installation = {
  version: VERSION,
  commands: {
    up: () => import('./commands/up'),
    down: () => import('./commands/down'),
    ...commands,
    quality: () => import('./commands/quality'),
    models: () => import('./commands/models'),
    repository: () => import('./commands/repository'),
    test: () => import('./commands/test'),
    bench: () => import('./commands/bench'),
    pack: () => import('./commands/pack'),
  },
  configFolder: ROOT,
  platform: {
    connectionsFile: async () => (await embedded()).connectionsFile(),
    showStatus: async (cli, json) => (await embedded()).showStatus(cli, json),
  },
  libraries: () => ({
    dependencies: {},
    link: linkLibraries,
    afterClone: '`dolphinstage init .` links the libraries; it overwrites nothing.',
  }),
  findTarget: async (name = EMBEDDED) =>
    name === EMBEDDED
      ? (await embedded()).target()
      : findInstance(name, { configFolder: ROOT, others: [EMBEDDED] }),
  targetNames: async () => [EMBEDDED, ...(await instanceNames(ROOT))],
};

/** The packs of this checkout, for whoever wants to use their tasks. */
const PACKS = ['warehouse', 'data-quality', 'model-retraining'].map(
  pack => `@dolphinstage/tasks-${pack}`,
);

/** Links the libraries of this checkout, which may be in no registry. Real packages are left alone. */
function linkLibraries(folder: string): void {
  for (const library of [...Object.keys(repositoryDependencies()), ...PACKS]) {
    const link = join(folder, 'node_modules', library);
    const stat = lstatSync(link, { throwIfNoEntry: false });
    if (stat && !stat.isSymbolicLink()) continue;
    if (stat) rmSync(link);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', library), link);
  }
}
