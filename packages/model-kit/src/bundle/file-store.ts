import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError } from '../errors';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const isCode = (error: unknown, code: string) => (error as { code?: unknown }).code === code;

/** Makes one folder, not those above it. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Files by their SHA-256 in a folder that all workers see. Writing one twice is writing it once; a kill in the middle
 * leaves nothing under its name. The folder above must be there: where it isn't, what all workers see isn't mounted.
 *
 * @public
 */
export class FileStore {
  constructor(private readonly folder: string) {}

  /**
   * @returns the file's digest.
   * @throws ModelError `STORE_UNAVAILABLE` where it can't be written; nothing of it is left then.
   */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    const path = this.pathOf(digest);
    const part = `${path}.${randomUUID()}.part`;
    try {
      await makeFolder(this.folder);
      await makeFolder(dirname(path));
      const file = await open(part, 'wx');
      try {
        await file.writeFile(bytes);
        // Its name must not be there before its content is.
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
    } catch (error) {
      // What is wrong with the folder is wrong with this, too.
      await rm(part, { force: true }).catch(() => undefined);
      throw this.unavailable('written', error);
    }
    return digest;
  }

  /** @throws ModelError `FILE_CORRUPT` where it is missing or not what was written, `STORE_UNAVAILABLE` where none can be read. */
  async get(digest: string): Promise<Buffer> {
    const path = this.pathOf(digest);
    const bytes = await readFile(path).catch(async (cause: Error) => {
      if (!isCode(cause, 'ENOENT')) throw this.unavailable('read', cause);
      await stat(this.folder).catch((gone: Error) => {
        throw this.unavailable('read', gone);
      });
      throw new ModelError('FILE_CORRUPT', `a file of the run is missing: ${cause.message}`, {
        where: path,
        todo: 'Let all workers see the same folder. The run of the next day makes its own.',
        cause,
      });
    });
    if (sha256(bytes) === digest) return bytes;
    throw new ModelError('FILE_CORRUPT', 'a file of the run is not what was written', {
      where: path,
      todo: 'Delete it, and the steps of this run from features on; then repeat them.',
    });
  }

  private pathOf(digest: string): string {
    return join(this.folder, digest.slice(0, 2), digest);
  }

  private unavailable(how: 'read' | 'written', cause: unknown): ModelError {
    const { message } = cause as Error;
    return new ModelError('STORE_UNAVAILABLE', `the files of models can't be ${how}: ${message}`, {
      where: this.folder,
      todo: 'See that the folder is mounted and writable and has space; then repeat the step.',
      cause,
    });
  }
}
