import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatError } from '@dolphinstage/common';
import type { TaskPack } from '../define-task';
import { exitCodeOf, TaskError } from '../errors';
import { runMain } from './main';

const INDEX = 'src/index.ts';

/** The folder and all above it. */
function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at;
    if (at === dirname(at)) return;
  }
}

/**
 * A pack's folder: `tasks/<name>` of the folder or of one above it, or the folder itself.
 *
 * @throws TaskError `TASK_UNKNOWN`.
 */
export function findPackFolder(argv: readonly string[], from: string): string {
  const name = /^([a-z0-9-]+)\/[a-z0-9-]+$/.exec(argv[0] ?? '')?.[1];
  const places = [
    ...(name ? [...upwards(from)].map(folder => join(folder, 'tasks', name)) : []),
    from,
  ];
  const found = places.find(place => existsSync(join(place, INDEX)));
  if (found) return found;
  throw new TaskError('TASK_UNKNOWN', name ? `there is no pack ${name} here` : 'this is no pack', {
    where: from,
    todo: 'Say <pack>/<task> first, somewhere below the folder that holds tasks/<pack>.',
  });
}

/**
 * The `dolphinstage-task` command: runs this process's command line with a pack's source, and ends the process.
 *
 * @param from - where to look for the pack.
 * @public
 */
export async function runFromSource(from: string): Promise<void> {
  try {
    const folder = findPackFolder(process.argv.slice(2), from);
    // The path is known only now, and TypeScript can be required since the command's first line.
    // eslint-disable-next-line import/no-dynamic-require
    const { default: pack } = require(join(folder, INDEX)) as { default: TaskPack };
    await runMain(pack);
  } catch (error) {
    process.stderr.write(`${formatError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
