import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';
import { TaskError } from '../errors';
import { kitRoot } from '../kit-root';
import type { PackDescription } from '../run/help';
import { readAssetFolders } from './asset-files';
import { withLoader, withoutFolders } from './loader';

const run = promisify(execFile);

const DIGEST_LENGTH = 12;
const CHECK_LIMIT_MS = 30_000;

/** Found at run time, if at all: native drivers and platforms that a task never uses. */
const NEVER_BUNDLED = ['pg-native', 'cloudflare:sockets', 'esbuild', '*.node'];

/** A pack as one file. @public */
export interface PackBundle {
  /** The pack's name. */
  readonly name: string;
  /** The first 12 hex digits of the file's SHA-256. */
  readonly digest: string;
  /** `<name>-<digest>.cjs` */
  readonly fileName: string;
  /** Its full path. */
  readonly file: string;
  /** Its tasks with their JSON Schemas. */
  readonly tasks: PackDescription['tasks'];
}

/** The bundle's own first module, which no file is. */
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

async function compile(packFolder: string): Promise<Buffer> {
  // Loaded here only: no task carries it.
  const esbuild = require('esbuild') as typeof import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: ENTRY, resolveDir: packFolder, sourcefile: 'bundle.js' },
      absWorkingDir: packFolder,
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
      plugins: [assetsPlugin(packFolder)],
      // No tsconfig.json that happens to lie above the pack has a say.
      tsconfigRaw: {},
      logLevel: 'silent',
    });
    return Buffer.from(withLoader(withoutFolders(outputFiles[0]!.text)));
  } catch (cause) {
    throw new TaskError('BUNDLE_FAILED', (cause as Error).message, {
      where: join(packFolder, 'src/index.ts'),
      todo: 'Correct what is named; the pack must have an index.ts that can be compiled.',
      cause,
    });
  }
}

/** What the bundle says of itself: also the proof that it starts, without any of our environment. */
async function describe(file: string): Promise<PackDescription> {
  try {
    const { stdout } = await run(process.execPath, [file, '--describe'], {
      env: { NODE_DISABLE_COMPILE_CACHE: '1' },
      timeout: CHECK_LIMIT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout) as PackDescription;
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new TaskError(
      'BUNDLE_FAILED',
      `the bundle does not start: ${(stderr || message).trim()}`,
      {
        where: 'src/index.ts',
        todo: 'Let src/index.ts export the pack as default, and do nothing else when it is loaded.',
        cause,
      },
    );
  }
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
  const contents = await compile(realpathSync(packFolder));
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, DIGEST_LENGTH);
  mkdirSync(outFolder, { recursive: true });
  const draft = join(outFolder, `.${randomUUID()}.cjs`);
  try {
    writeFileSync(draft, contents, { mode: 0o644 });
    const { name, tasks } = await describe(draft);
    const fileName = `${name}-${digest}.cjs`;
    const file = join(outFolder, fileName);
    // In one step: a worker never starts half a file. The same bytes need no second writing.
    if (!existsSync(file) || !readFileSync(file).equals(contents)) renameSync(draft, file);
    return { name, digest, fileName, file, tasks };
  } finally {
    rmSync(draft, { force: true });
  }
}
