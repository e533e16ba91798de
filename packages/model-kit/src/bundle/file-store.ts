import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError } from '../errors';

/** Ends the name of a file that is being written. */
const PART = '.part';

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
    const part = `${path}.${randomUUID()}${PART}`;
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
      await this.missing(cause);
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

  /**
   * Deletes a file that nobody needs, unless it has been written since an instant.
   *
   * @returns whether there was one to delete.
   * @throws ModelError `STORE_UNAVAILABLE`.
   */
  async drop(digest: string, before: Date): Promise<boolean> {
    return this.dropFile(this.pathOf(digest), before);
  }

  /**
   * Deletes what writers that were killed have left, and hasn't been written to since an instant.
   *
   * @returns how many files that were.
   * @throws ModelError `STORE_UNAVAILABLE`.
   */
  async dropParts(before: Date): Promise<number> {
    let dropped = 0;
    const entries = await readdir(this.folder, { recursive: true }).catch(async (error: Error) => {
      // Nothing was ever written, or it isn't mounted.
      await this.missing(error, dirname(this.folder));
      return [];
    });
    for (const entry of entries) {
      if (entry.endsWith(PART) && (await this.dropFile(join(this.folder, entry), before))) {
        dropped += 1;
      }
    }
    return dropped;
  }

  private async dropFile(path: string, before: Date): Promise<boolean> {
    try {
      if ((await stat(path)).mtime >= before) return false;
      await rm(path);
      return true;
    } catch (error) {
      await this.missing(error);
      return false;
    }
  }

  /** Returns where something is missing in a folder that is there. */
  private async missing(error: unknown, folder = this.folder): Promise<void> {
    if (!isCode(error, 'ENOENT')) throw this.unavailable('read', error);
    await stat(folder).catch((gone: Error) => {
      throw this.unavailable('read', gone);
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
