import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TaskError } from '../errors';

const run = promisify(execFile);

const DIGEST_LENGTH = 12;
const CHECK_LIMIT_MS = 30_000;

/** A bundle as it lies in a folder. @public */
export interface BundleFile {
  readonly name: string;
  /** The first 12 hex digits of the file's SHA-256. */
  readonly digest: string;
  /** `<name>-<digest>.cjs` */
  readonly fileName: string;
  /** Its full path. */
  readonly file: string;
}

/**
 * What a bundle prints when it is started: also the proof that it starts, without any of our environment.
 *
 * @param problem - where and what to do when it doesn't.
 * @throws TaskError `BUNDLE_FAILED`.
 */
export async function tryBundle(
  file: string,
  option: string,
  problem: { readonly where: string; readonly todo: string },
): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [file, option], {
      env: { NODE_DISABLE_COMPILE_CACHE: '1' },
      timeout: CHECK_LIMIT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new TaskError(
      'BUNDLE_FAILED',
      `the bundle does not start: ${(stderr || message).trim()}`,
      { ...problem, cause },
    );
  }
}

/**
 * Puts a bundle into a folder once it has proved that it starts. Not written again where it is there already.
 *
 * @param outFolder - made where there is none.
 * @param prove - is given a file to try, and gives the bundle's name with whatever else it learns.
 */
export async function keepBundle<T extends { readonly name: string }>(
  contents: Buffer,
  outFolder: string,
  prove: (file: string) => Promise<T>,
): Promise<T & BundleFile> {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, DIGEST_LENGTH);
  mkdirSync(outFolder, { recursive: true });
  const draft = join(outFolder, `.${randomUUID()}.cjs`);
  try {
    writeFileSync(draft, contents, { mode: 0o644 });
    const learnt = await prove(draft);
    const fileName = `${learnt.name}-${digest}.cjs`;
    const file = join(outFolder, fileName);
    // In one step: a worker never starts half a file. The same bytes need no second writing.
    if (!existsSync(file) || !readFileSync(file).equals(contents)) renameSync(draft, file);
    return { ...learnt, digest, fileName, file };
  } finally {
    rmSync(draft, { force: true });
  }
}
