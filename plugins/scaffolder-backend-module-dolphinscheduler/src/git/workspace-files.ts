import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError } from '@backstage/errors';

const MOST_FILES = 1_000;
const MOST_BYTES = 16 * 1024 * 1024;
const ANYBODY_MAY_RUN = 0o100;
/** What git takes for its own, on whatever file system; what no path of a repository needs. */
const RESERVED = /^(?:\.{0,2}|\.git.?|git~1)$/i;
// eslint-disable-next-line no-control-regex
const STRANGE = /[\u0000-\u001f\u007f\\:]/;

/** A file, and where it goes in the repository. */
export interface WorkspaceFile {
  /** Absolute. */
  readonly file: string;
  /** With `/`. */
  readonly path: string;
  readonly executable: boolean;
}

function isReserved(part: string): boolean {
  return part !== '.gitignore' && (RESERVED.test(part) || STRANGE.test(part));
}

/**
 * A folder of a repository, as a step names it; empty for the repository itself.
 *
 * @throws NotAllowedError for a path that leads out of it, or to what git keeps for itself.
 */
export function folderOfRepository(path: string): string {
  const parts = path.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  if (parts.length === 1 && (parts[0] === '' || parts[0] === '.')) return '';
  const wrong = parts.find(isReserved);
  if (wrong !== undefined) {
    throw new NotAllowedError(`${JSON.stringify(path)} can be no folder of the repository`);
  }
  return parts.join('/');
}

/**
 * The files of a folder of the workspace.
 *
 * @param source - the folder, in the workspace.
 * @param target - the folder of the repository that they go to, as {@link folderOfRepository} has it.
 * @throws NotAllowedError for what leads out of the workspace, and for links; InputError where there is nothing, too
 *   much, or a name that a repository can't have.
 */
export async function workspaceFiles(
  workspace: string,
  source: string,
  target: string,
): Promise<WorkspaceFile[]> {
  const root = resolveSafeChildPath(workspace, source);
  const files: WorkspaceFile[] = [];
  let bytes = 0;
  const there = await lstat(root).catch(() => undefined);
  if (there?.isSymbolicLink()) throw new NotAllowedError(`${source} is a link`);
  if (!there?.isDirectory()) throw new InputError(`there is no folder ${source} in the workspace`);
  const visit = async (file: string): Promise<void> => {
    const shown = relative(workspace, file);
    const found = await lstat(file);
    if (found.isDirectory()) {
      for (const name of (await readdir(file)).sort()) {
        if (isReserved(name)) throw new InputError(`${join(shown, name)} can't go to a repository`);
        await visit(join(file, name));
      }
      return;
    }
    // A link's target is anywhere on this machine.
    if (!found.isFile()) throw new NotAllowedError(`${shown} is no file, but a link or the like`);
    bytes += found.size;
    const inSource = relative(root, file).split(sep).join('/');
    files.push({
      file,
      path: target ? `${target}/${inSource}` : inSource,
      executable: (found.mode & ANYBODY_MAY_RUN) !== 0,
    });
    if (files.length > MOST_FILES || bytes > MOST_BYTES) {
      throw new InputError(`${source} has more than ${MOST_FILES} files or ${MOST_BYTES} bytes`);
    }
  };
  await visit(root);
  if (files.length === 0) throw new InputError(`there are no files in ${source}`);
  return files;
}
