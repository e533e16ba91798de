import type { AnyTask } from '@dolphinstage/task-kit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../load/load-module';
import { nearestPack } from '../load/packs';

/** A task of a pack as a file can name it. */
export interface PackTask {
  readonly task: AnyTask;
  /** The pack's `src` folder, absolute: what the file imports from. */
  readonly module: string;
  /** The name under which that exports it. */
  readonly exported: string;
}

/** @param id - `<pack>/<task>`. @returns undefined for a task that can't be found or isn't exported. */
export type FindPackTask = (id: string) => PackTask | undefined;

/**
 * Finds tasks of packs near a folder, where files of workflows are going to be: in packs above it, and in `tasks/<pack>`
 * beside one.
 *
 * @param folder - absolute.
 */
export function packTasksNear(folder: string): FindPackTask {
  const packs = new Map<string, { module: string; exports: Record<string, unknown> } | undefined>();
  return id => {
    const [pack = ''] = id.split('/');
    if (!packs.has(pack)) packs.set(pack, load(folder, pack));
    const found = packs.get(pack);
    for (const [exported, value] of Object.entries(found?.exports ?? {})) {
      if (found && exported !== 'default' && isTask(value, id)) {
        return { task: value, module: found.module, exported };
      }
    }
    return undefined;
  };
}

function load(folder: string, pack: string) {
  // As if a file lay in the folder.
  const at = nearestPack(join(folder, 'workflow.ts'), pack);
  if (at === undefined) return undefined;
  const module = join(at, 'src');
  const file = join(module, 'index.ts');
  return existsSync(file)
    ? { module, exports: loadModule(file) as Record<string, unknown> }
    : undefined;
}

function isTask(value: unknown, id: string): value is AnyTask {
  return typeof value === 'function' && (value as { id?: unknown }).id === id;
}
