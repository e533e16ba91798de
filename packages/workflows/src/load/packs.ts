import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundlePack, type PackBundle } from '@dolphinstage/task-kit';
import type { Workflow } from '../define/define-workflow';
import { WorkflowError } from '../errors';
import type { Model } from '../model';
import { loadModule } from './load-module';

/** A pack's name and its folder. @public */
export interface PackFolder {
  readonly name: string;
  /** Absolute; has `src/index.ts`. */
  readonly folder: string;
}

/** The packs whose tasks a model uses. @public */
export function packNames(model: Model): string[] {
  return [
    ...new Set(
      model.workflows.flatMap(({ tasks }) =>
        tasks.flatMap(({ body }) => (body.kind === 'pack' ? [body.pack] : [])),
      ),
    ),
  ].sort();
}

/** The package that a pack of ours comes in. @public */
export const packageOf = (pack: string): string => `@dolphinstage/tasks-${pack}`;

/** The folders where a workflow's packs may be: above it, under a `tasks` folder above it, and among the libraries. */
function candidates(file: string, pack: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(file); ; at = dirname(at)) {
    folders.push(at, join(at, 'tasks', pack), join(at, 'node_modules', packageOf(pack)));
    if (dirname(at) === at) return folders;
  }
}

function isPack(folder: string, name: string): boolean {
  const index = join(folder, 'src', 'index.ts');
  if (!existsSync(index)) return false;
  const { default: pack } = loadModule(index) as { default?: { name?: unknown; tasks?: unknown } };
  return pack?.name === name && Array.isArray(pack.tasks);
}

/** The nearest folder that is the pack, for a workflow's file. */
export function nearestPack(file: string, name: string): string | undefined {
  return candidates(file, name).find(candidate => isPack(candidate, name));
}

/**
 * Where the packs of a model are: the nearest folder above a workflow's file that is the pack, or beside one
 * `tasks/<pack>`, or `node_modules/@dolphinstage/tasks-<pack>`.
 *
 * @throws WorkflowError `PACK_NOT_FOUND`, `WORKFLOW_LOAD`.
 * @public
 */
export function findPacks(workflows: readonly Workflow[], model: Model): PackFolder[] {
  const files = [
    ...new Set(workflows.map(({ at }) => at?.file).filter(file => file !== undefined)),
  ];
  return packNames(model).map(name => {
    for (const file of files) {
      const folder = nearestPack(file, name);
      if (folder) return { name, folder };
    }
    throw new WorkflowError(
      'PACK_NOT_FOUND',
      `pack ${name} is not near the workflows that use it`,
      {
        where: files.join(', '),
        todo: `Put the workflow into the pack's folder, or the pack into tasks/${name}, or install ${packageOf(name)}; its src/index.ts exports the pack as default.`,
      },
    );
  });
}

/**
 * Bundles packs into a folder.
 *
 * @throws TaskError `BUNDLE_FAILED`.
 * @public
 */
export async function bundlePacks(
  packs: readonly PackFolder[],
  outFolder: string,
): Promise<Map<string, PackBundle>> {
  const bundles = await Promise.all(
    packs.map(async ({ name, folder }) => [name, await bundlePack(folder, outFolder)] as const),
  );
  return new Map(bundles);
}
