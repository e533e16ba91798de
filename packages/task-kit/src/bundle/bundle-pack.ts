import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { TaskError } from '../errors';
import { kitRoot } from '../kit-root';
import type { PackDescription } from '../run/help';
import { readAssetFolders } from './asset-files';
import { keepBundle, tryBundle, type BundleFile } from './bundle-file';
import { compile } from './compile';

/** A pack as one file; its name is the pack's. @public */
export interface PackBundle extends BundleFile {
  /** Its tasks with their JSON Schemas. */
  readonly tasks: PackDescription['tasks'];
}

const ENTRY = `
import { isMainThread } from 'node:worker_threads';
import { runMain } from '@dolphinstage/task-kit';
import pack from './src/index';
import assets from 'dolphinstage:assets';
// A package's thread that loads the bundle for a module of its own is no task.
if (isMainThread) runMain(pack, assets);
`;

function assetsPlugin(packFolder: string): Plugin {
  return {
    name: 'assets',
    setup(build) {
      build.onResolve({ filter: /^dolphinstage:assets$/ }, ({ path }) => ({
        path,
        namespace: 'assets',
      }));
      build.onLoad({ filter: /.*/, namespace: 'assets' }, () => ({
        contents: JSON.stringify({
          pack: readAssetFolders(packFolder, ['sql', 'contracts']),
          kit: readAssetFolders(kitRoot(), ['sql']),
        }),
        loader: 'json',
      }));
    },
  };
}

/**
 * Makes a pack one file with its assets and all it needs but Node: `<name>-<12 hex digits of its SHA-256>.cjs`.
 * The same pack gives the same file, wherever it lies. Not written again where it is there already.
 *
 * @param packFolder - with `src/index.ts`, `sql/`, `contracts/`
 * @param outFolder - made where there is none
 * @throws TaskError `BUNDLE_FAILED`.
 * @public
 */
export async function bundlePack(packFolder: string, outFolder: string): Promise<PackBundle> {
  if (!existsSync(join(packFolder, 'src/index.ts'))) {
    throw new TaskError('BUNDLE_FAILED', 'there is no src/index.ts', {
      where: packFolder,
      todo: 'Name the folder of a pack.',
    });
  }
  const folder = realpathSync(packFolder);
  const contents = await compile({
    folder,
    text: ENTRY,
    plugins: [assetsPlugin(folder)],
    where: join(folder, 'src/index.ts'),
    todo: 'Correct what is named; the pack must have an index.ts that can be compiled.',
  });
  return keepBundle(contents, outFolder, async draft => {
    const { name, tasks } = JSON.parse(
      await tryBundle(draft, '--describe', {
        where: 'src/index.ts',
        todo: 'Let src/index.ts export the pack as default, and do nothing else when it is loaded.',
      }),
    ) as PackDescription;
    return { name, tasks };
  });
}
