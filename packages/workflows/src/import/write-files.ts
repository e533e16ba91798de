import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorkflowError } from '../errors';

/** Writes a file whole or not at all. @param file - absolute; its folder is made where there is none. */
export function writeWhole(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, content);
  renameSync(part, file);
}

/**
 * Writes files; overwrites none unless told to.
 *
 * @throws WorkflowError `FILE_EXISTS`, before anything is written.
 * @public
 */
export function writeFiles(
  files: readonly { readonly path: string; readonly content: string }[],
  { force = false }: { readonly force?: boolean } = {},
): void {
  const there = files.filter(({ path }) => existsSync(path));
  if (there.length > 0 && !force) {
    throw new WorkflowError(
      'FILE_EXISTS',
      there.length === 1 ? 'the file is there already' : `${there.length} files are there already`,
      {
        where: there.map(({ path }) => path).join(', '),
        todo: 'Choose another folder, or overwrite them with --force; nothing was written.',
      },
    );
  }
  for (const { path, content } of files) writeWhole(path, content);
}
