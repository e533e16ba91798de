import type { Plugin } from 'esbuild';
import { TaskError } from '../errors';
import { withLoader, withoutFolders } from './loader';

/** Found at run time, if at all: native drivers and platforms that a task never uses. */
const NEVER_BUNDLED = ['pg-native', 'cloudflare:sockets', 'esbuild', '*.node'];

/** What is compiled into one file. */
export interface Entry {
  /** What the imports of `text` are relative to; an absolute path without links. */
  readonly folder: string;
  /** The first module, which no file is. */
  readonly text: string;
  readonly plugins?: readonly Plugin[];
  /** What errors name, and what to do about them. */
  readonly where: string;
  readonly todo: string;
}

/**
 * The text of a bundle: the same for the same sources, wherever they lie.
 *
 * @throws TaskError `BUNDLE_FAILED`.
 */
export async function compile(entry: Entry): Promise<Buffer> {
  const { folder, text, plugins = [], where, todo } = entry;
  // Loaded here only: no task carries it.
  const esbuild = require('esbuild') as typeof import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: text, resolveDir: folder, sourcefile: 'bundle.js' },
      absWorkingDir: folder,
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      // Names stay readable in stack traces; whitespace goes, and with it comments that hold paths.
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'none',
      // One byte a character: V8 keeps and scans such a text at half the cost.
      charset: 'ascii',
      external: NEVER_BUNDLED,
      plugins: [...plugins],
      // No tsconfig.json that happens to lie above the pack has a say.
      tsconfigRaw: {},
      logLevel: 'silent',
    });
    return Buffer.from(withLoader(withoutFolders(outputFiles[0]!.text)));
  } catch (cause) {
    throw new TaskError('BUNDLE_FAILED', (cause as Error).message, { where, todo, cause });
  }
}
