import { posix } from 'node:path';
import { z } from 'zod';
import type { DolphinSchedulerClient, Resource } from '../client';
import { refuse } from '../dialects/forms';
import { ClientError } from '../errors';
import { eachRow, readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const NO_SUCH_RESOURCE = [20004];
const TYPE = 'FILE';
/** Names of one folder that contain the one that is looked for. */
const MOST_ROWS = 10_000;
const FOLDER_OF_FILES = 'resources';

const row = z
  .object({ alias: z.string(), fullName: z.string(), directory: z.boolean(), size: z.number() })
  .transform(({ alias, fullName, ...fields }) => ({
    ...fields,
    name: withoutSlash(alias),
    fullName: withoutSlash(fullName),
  }));

const publicPart = ({ fullName, directory, size }: z.output<typeof row>): Resource => ({
  id: 0,
  fullName,
  directory,
  size,
});

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** What a line wants beside the names. */
export interface ResourceWords {
  /** Beside a full name that is read or deleted. */
  readonly owner: Fields;
  /** Beside a folder that is made. */
  readonly folder: Fields;
  /** Beside a file that is replaced. */
  readonly replacement: Fields;
  /** A name with an extension is a file's, any other a folder's. */
  readonly extensionTells: boolean;
}

/** 3.2. */
export const RESOURCES_WITH_OWNER: ResourceWords = {
  owner: { tenantCode: '' },
  folder: { pid: -1 },
  replacement: { tenantCode: '', type: TYPE },
  extensionTells: false,
};

/** 3.3 and later. */
export const RESOURCES_WITHOUT_OWNER: ResourceWords = {
  owner: {},
  folder: {},
  replacement: {},
  extensionTells: true,
};

/**
 * Resources of lines that name them by the path in the storage (3.2 and later). Callers name them by the path
 * below the folder of the user's tenant, as everywhere; {@link Resource.fullName} is the storage's, which is
 * what tasks name.
 */
export function createResourcesByName(
  http: Requester,
  words: ResourceWords,
): DolphinSchedulerClient['resources'] {
  /** The folder of the user's tenant. */
  async function root(): Promise<string> {
    const call = { method: 'GET', path: '/resources/base-dir', query: { type: TYPE } } as const;
    const folder = withoutSlash(await http.send(call, z.string().min(1)));
    if (posix.basename(folder) === FOLDER_OF_FILES) return folder;
    // To administrators 3.2 names the folder of all tenants.
    const me = { method: 'GET', path: '/users/get-user-info' } as const;
    const { tenantCode } = await http.send(me, z.object({ tenantCode: textOrEmpty }));
    if (tenantCode) return `${folder}/${tenantCode}/${FOLDER_OF_FILES}`;
    throw new ClientError('CLIENT_INVALID', 'who has no tenant has no resources', {
      endpoint: 'GET /resources/base-dir',
      todo: 'Give the user a tenant that exists on the server.',
    });
  }

  function normalised(fullName: string, kind: 'file' | 'any'): string {
    const path = posix.normalize(`/${fullName}`);
    const invalid = (todo: string) =>
      new ClientError('CLIENT_INVALID', `"${fullName}" does not name a resource`, {
        endpoint: 'resources',
        todo,
      });
    if (path === '/' || path.endsWith('/')) throw invalid('Write a path like /folder/file.ext.');
    if (kind === 'file' && words.extensionTells && posix.extname(path) === '') {
      throw invalid(
        'Give the file an extension: this server takes a name without one for a folder.',
      );
    }
    return path;
  }

  const queryOf = (folder: string, searchVal = '') => ({
    fullName: `${folder}/`,
    type: TYPE,
    searchVal,
    ...words.owner,
  });

  async function children(folder: string, searchVal?: string) {
    const query = { ...queryOf(folder, searchVal), pageNo: 1, pageSize: MOST_ROWS };
    const page = await orAbsent(NO_SUCH_RESOURCE, readPage(http, '/resources', row, query));
    return page?.rows ?? [];
  }

  async function findAt(base: string, path: string): Promise<Resource | undefined> {
    const name = posix.basename(path);
    const folder = withoutSlash(`${base}${posix.dirname(path)}`);
    const found = (await children(folder, name)).find(each => each.name === name);
    return found && publicPart(found);
  }

  async function ensureFolder(base: string, folder: string): Promise<void> {
    if (folder === '/') return;
    const found = await findAt(base, folder);
    if (found?.directory) return;
    if (found) {
      throw new ClientError('CLIENT_CONFLICT', `resource ${folder} is a file`, {
        endpoint: 'POST /resources/directory',
        todo: 'Choose another folder, or delete that file.',
      });
    }
    const above = posix.dirname(folder);
    await ensureFolder(base, above);
    const currentDir = above === '/' ? '/' : `${base}${above}/`;
    await createOnce<Resource>(http, {
      what: `folder ${folder}`,
      send: () =>
        http.command({
          method: 'POST',
          path: '/resources/directory',
          form: { type: TYPE, name: posix.basename(folder), currentDir, ...words.folder },
        }),
      find: () => findAt(base, folder),
      isOurs: made => made.directory,
    }).catch(async (error: unknown) => {
      // Another upload may have made it meanwhile.
      if (!(await findAt(base, folder))?.directory) throw error;
    });
  }

  const multipart = (path: string, content: Buffer, fields: Fields) => () => {
    const form = new FormData();
    form.append('name', posix.basename(path));
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) form.append(name, String(value));
    }
    form.append('file', new Blob([new Uint8Array(content)]), posix.basename(path));
    return form;
  };

  async function replace(
    base: string,
    path: string,
    existing: Resource,
    content: Buffer,
  ): Promise<Resource> {
    if (existing.directory) {
      throw new ClientError('CLIENT_CONFLICT', `resource ${path} is a folder`, {
        endpoint: 'PUT /resources',
        todo: 'Choose another name, or delete that folder.',
      });
    }
    const fields = { fullName: existing.fullName, ...words.replacement };
    await http.command({
      method: 'PUT',
      path: '/resources',
      multipart: multipart(path, content, fields),
      repeatable: true,
    });
    return (await findAt(base, path)) ?? { ...existing, size: content.length };
  }

  return {
    find: async fullName => findAt(await root(), normalised(fullName, 'any')),
    async *listAll(folder = '/') {
      const path = withoutSlash(`${await root()}${posix.normalize(`/${folder}`)}`);
      const resource = row.transform(publicPart);
      yield* eachRow(http, '/resources', resource, ({ fullName }) => fullName, queryOf(path));
    },
    findById: async () =>
      refuse('resources have no ids on this server', 'resources', 'Find them by their full names.'),
    async upload(fullName, content) {
      const path = normalised(fullName, 'file');
      const base = await root();
      const existing = await findAt(base, path);
      if (existing) return replace(base, path, existing, content);
      const folder = posix.dirname(path);
      await ensureFolder(base, folder);
      const currentDir = folder === '/' ? '/' : `${base}${folder}/`;
      try {
        return await createOnce<Resource>(http, {
          what: `resource ${path}`,
          send: () =>
            http.command({
              method: 'POST',
              path: '/resources',
              multipart: multipart(path, content, { type: TYPE, currentDir }),
            }),
          find: () => findAt(base, path),
          isOurs: () => false,
        });
      } catch (error) {
        const found = await findAt(base, path);
        if (!found) throw error;
        return replace(base, path, found, content);
      }
    },
    async delete({ fullName, directory }) {
      const endpoint = 'DELETE /resources';
      const siblings = await children(posix.dirname(fullName), posix.basename(fullName));
      if (!siblings.some(each => each.name === posix.basename(fullName))) {
        throw new ClientError('CLIENT_NOT_FOUND', `resource ${fullName} is not there`, {
          endpoint,
          todo: 'Look whether it was deleted or renamed.',
        });
      }
      // These lines would delete a folder with all that is in it.
      if (directory && (await children(fullName)).length > 0) {
        throw new ClientError('CLIENT_CONFLICT', `folder ${fullName} is not empty`, {
          endpoint,
          todo: 'Delete what is in it first.',
        });
      }
      await http.command({
        method: 'DELETE',
        path: '/resources',
        query: { fullName, ...words.owner },
        repeatable: true,
      });
    },
  };
}
