import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError } from '../errors';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * Files by their SHA-256 in a folder that all workers see. Writing one twice is writing it once; a kill in the middle
 * leaves nothing under its name.
 *
 * @public
 */
export class FileStore {
  constructor(private readonly folder: string) {}

  /** @returns the file's digest. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    const path = this.pathOf(digest);
    await mkdir(dirname(path), { recursive: true });
    const part = `${path}.${randomUUID()}.part`;
    try {
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
      await rm(part, { force: true });
      throw error;
    }
    return digest;
  }

  /** @throws ModelError `FILE_CORRUPT` where it is missing or not what was written. */
  async get(digest: string): Promise<Buffer> {
    const path = this.pathOf(digest);
    const bytes = await readFile(path).catch((cause: Error) => {
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
}
