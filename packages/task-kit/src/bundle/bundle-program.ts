import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { TaskError } from '../errors';
import { keepBundle, tryBundle, type BundleFile } from './bundle-file';
import { compile } from './compile';

/**
 * Makes a program one file with all it needs but Node: `<name>-<12 hex digits of its SHA-256>.cjs`. It loads sooner than
 * from source and needs no packages beside it. Not written again where it is there already.
 *
 * @param main - the module that is run; `--help` must end it with exit code 0.
 * @param name - the bundle's.
 * @param outFolder - made where there is none.
 * @throws TaskError `BUNDLE_FAILED`.
 * @public
 */
export async function bundleProgram(
  main: string,
  name: string,
  outFolder: string,
): Promise<BundleFile> {
  if (!existsSync(main)) {
    throw new TaskError('BUNDLE_FAILED', 'there is no such file', {
      where: main,
      todo: 'Name the module that runs the program.',
    });
  }
  const file = realpathSync(main);
  const contents = await compile({
    folder: dirname(file),
    text: `import ${JSON.stringify(file)};`,
    where: main,
    todo: 'Correct what is named.',
  });
  return keepBundle(contents, outFolder, async draft => {
    const todo = 'Let the module run the program and nothing else; --help must end it with 0.';
    await tryBundle(draft, '--help', { where: main, todo });
    return { name };
  });
}
