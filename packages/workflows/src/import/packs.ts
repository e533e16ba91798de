import type { AnyTask } from '@dolphinstage/task-kit';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModule } from '../load/load-module';
import { nearestPack } from '../load/packs';

/** A task of a pack as a file can name it. @public */
export interface PackTask {
  readonly task: AnyTask;
  /** What a file imports it from, absolute: the pack's `src` folder, or a module in it. */
  readonly module: string;
  /** The name under which that exports it. */
  readonly exported: string;
}

/** @param id - `<pack>/<task>`. @returns undefined for a task that can't be found or isn't exported. @public */
export type FindPackTask = (id: string) => PackTask | undefined;

/**
 * Finds tasks of packs near a folder, where files of workflows are going to be: in packs above it, and in `tasks/<pack>`
 * beside one.
 *
 * @param folder - absolute.
 * @public
 */
export function packTasksNear(folder: string): FindPackTask {
  const sources = new Map<string, string | undefined>();
  const found = new Map<string, PackTask | undefined>();
  return id => {
    const [pack = ''] = id.split('/');
    if (!sources.has(pack)) {
      // As if a file lay in the folder.
      const at = nearestPack(join(folder, 'workflow.ts'), pack);
      sources.set(pack, at && join(at, 'src'));
    }
    const source = sources.get(pack);
    if (!found.has(id)) found.set(id, source === undefined ? undefined : findIn(source, id));
    return found.get(id);
  };
}

/** By the pack's index, or else by the file that defines it. */
function findIn(source: string, id: string): PackTask | undefined {
  const own = exportOf(join(source, 'index.ts'), source, id);
  if (own) return own;
  const files = globSync('**/*.ts', { cwd: source }).filter(
    file => !file.endsWith('.test.ts') && readFileSync(join(source, file), 'utf8').includes(id),
  );
  for (const file of files.sort()) {
    const other = exportOf(join(source, file), join(source, file.replace(/\.ts$/, '')), id);
    if (other) return other;
  }
  return undefined;
}

function exportOf(file: string, module: string, id: string): PackTask | undefined {
  for (const [exported, value] of Object.entries(loadModule(file) as Record<string, unknown>)) {
    if (exported !== 'default' && isTask(value, id)) return { task: value, module, exported };
  }
  return undefined;
}

function isTask(value: unknown, id: string): value is AnyTask {
  return typeof value === 'function' && (value as { id?: unknown }).id === id;
}
