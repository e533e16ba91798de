import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './machine';
import { run } from './run';

/** Packages of PyPI, as pip takes them: `name==version`. @public */
export interface PythonRequest {
  /** What the environment is for; part of its folder's name. */
  name: string;
  /** Pinned: an environment is never brought up to date, another list makes another one. */
  requirements: readonly string[];
}

/**
 * A Python environment with these packages, made once in the machine's cache (`python/<name>-<digest>`).
 * Safe to call from several processes at a time.
 *
 * @returns the path of its interpreter.
 * @throws EmbeddedError `MISSING_TOOL` without Python 3, `INSTALL_FAILED` with what pip said.
 * @public
 */
export async function pythonVenv(
  machine: Pick<Machine, 'cache' | 'need'>,
  { name, requirements }: PythonRequest,
  report: (text: string) => void,
): Promise<string> {
  const digest = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12);
  const folder = join(machine.cache, 'python');
  const ready = join(folder, `${name}-${digest}`);
  const python = join(ready, 'bin/python');
  const isThere = await access(python).then(
    () => true,
    () => false,
  );
  if (isThere) return python;
  await mkdir(folder, { recursive: true });
  // An environment can't be moved once it is made: it keeps its own name, and gets the known one when complete.
  const own = `.${name}-${digest}-${randomUUID()}`;
  try {
    const system = await machine.need('python3', 'python3 python3-venv', report);
    report(`${name}: pip install ${requirements.join(' ')}`);
    await run(system, ['-m', 'venv', join(folder, own)]);
    await run(
      join(folder, own, 'bin/python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements],
      { limit: 900 },
    );
    const link = join(folder, `${own}.link`);
    await symlink(own, link);
    await rename(link, ready);
  } catch (error) {
    await rm(join(folder, own), { recursive: true, force: true });
    throw error;
  }
  return python;
}
