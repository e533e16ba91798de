import { posix } from 'node:path';
import { z } from 'zod';
import type { DolphinSchedulerClient, Resource } from '../client';
import { ClientError, isClientError } from '../errors';
import { eachRow } from '../http/pages';
import { backoffMs } from '../http/retry';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const NO_SUCH_RESOURCE = [20004];
/** The parent of what is at the top. */
const ROOT_ID = -1;
const TYPE = 'FILE';
const LOOKS = 5;

const resource: z.ZodType<Resource> = z.object({
  id: z.number(),
  fullName: z.string(),
  directory: z.boolean(),
  size: z.number(),
});

/** The name as the server keeps it: `/folder/file`. */
function normalised(fullName: string): string {
  const path = posix.normalize(`/${fullName}`);
  if (path === '/' || path.endsWith('/')) {
    throw new ClientError('CLIENT_INVALID', `"${fullName}" does not name a resource`, {
      endpoint: 'resources',
      todo: 'Write a path like /folder/file.ext.',
    });
  }
  return path;
}

/** Resources of lines that name them by id (3.1); callers still name them by path. */
export function createResourcesById(http: Requester): DolphinSchedulerClient['resources'] {
  const findAt = (fullName: string) =>
    orAbsent(
      NO_SUCH_RESOURCE,
      // The id in the path is ignored where a name is given.
      http.send({ method: 'GET', path: '/resources/0', query: { fullName, type: TYPE } }, resource),
    );

  /**
   * What another upload, or our own attempt whose answer got lost, has made meanwhile. The server refuses a
   * name as soon as the storage has it, which is a little before the resource can be found.
   */
  async function madeByOther(fullName: string, error: unknown): Promise<Resource> {
    if (!isClientError(error, 'CLIENT_NAME_TAKEN')) throw error;
    for (let look = 0; look < LOOKS; look++) {
      const found = await findAt(fullName);
      if (found) return found;
      await http.pause(backoffMs(look));
    }
    throw error;
  }

  async function folderId(folder: string): Promise<number> {
    if (folder === '/') return ROOT_ID;
    const found = (await findAt(folder)) ?? (await makeFolder(folder));
    if (found.directory) return found.id;
    throw new ClientError('CLIENT_CONFLICT', `resource ${folder} is a file`, {
      endpoint: 'POST /resources/directory',
      todo: 'Choose another folder, or delete that file.',
    });
  }

  async function existingFolderId(folder: string): Promise<number> {
    const found = await findAt(normalised(folder));
    if (found?.directory) return found.id;
    throw new ClientError('CLIENT_NOT_FOUND', `folder ${folder} is not there`, {
      endpoint: 'GET /resources',
      todo: 'Look whether it was deleted or renamed.',
    });
  }

  async function makeFolder(folder: string): Promise<Resource> {
    const currentDir = posix.dirname(folder);
    const pid = await folderId(currentDir);
    try {
      return await createOnce(http, {
        what: `folder ${folder}`,
        send: () =>
          http.command({
            method: 'POST',
            path: '/resources/directory',
            form: { type: TYPE, name: posix.basename(folder), description: '', pid, currentDir },
          }),
        find: () => findAt(folder),
        isOurs: found => found.directory,
      });
    } catch (error) {
      return madeByOther(folder, error);
    }
  }

  const multipart = (fullName: string, content: Buffer, more: Record<string, string>) => () => {
    const form = new FormData();
    const fields = { type: TYPE, name: posix.basename(fullName), description: '', ...more };
    Object.entries(fields).forEach(([name, value]) => form.append(name, value));
    form.append('file', new Blob([new Uint8Array(content)]), posix.basename(fullName));
    return form;
  };

  function replace({ id, fullName, directory }: Resource, content: Buffer): Promise<Resource> {
    const path = `/resources/${id}`;
    if (directory) {
      throw new ClientError('CLIENT_CONFLICT', `resource ${fullName} is a folder`, {
        endpoint: `PUT ${path}`,
        todo: 'Choose another name, or delete that folder.',
      });
    }
    return http.send(
      { method: 'PUT', path, multipart: multipart(fullName, content, {}), repeatable: true },
      resource,
    );
  }

  return {
    find: async fullName => findAt(normalised(fullName)),
    async *listAll(folder = '/') {
      const id = posix.normalize(folder) === '/' ? ROOT_ID : await existingFolderId(folder);
      yield* eachRow(http, '/resources', resource, ({ fullName }) => fullName, { type: TYPE, id });
    },
    findById: id =>
      orAbsent(
        NO_SUCH_RESOURCE,
        http.send({ method: 'GET', path: `/resources/${id}/query` }, resource),
      ),
    async upload(fullName, content) {
      const name = normalised(fullName);
      const existing = await findAt(name);
      if (existing) return replace(existing, content);
      const currentDir = posix.dirname(name);
      const pid = String(await folderId(currentDir));
      try {
        return await createOnce(http, {
          what: `resource ${name}`,
          send: () =>
            http.send(
              {
                method: 'POST',
                path: '/resources',
                multipart: multipart(name, content, { pid, currentDir }),
              },
              resource,
            ),
          find: () => findAt(name),
          isOurs: () => false,
        });
      } catch (error) {
        return replace(await madeByOther(name, error), content);
      }
    },
    delete: ({ id }) =>
      http.command({ method: 'DELETE', path: `/resources/${id}`, repeatable: true }),
  };
}
