import { z } from 'zod';
import type { DolphinSchedulerClient, Environment } from '../client';
import { ClientError, isClientError } from '../errors';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';
import { textOrEmpty } from '../http/shapes';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const NO_SUCH_CODE = [1200009];
const LIST = '/environment/list-paging';

const environment: z.ZodType<Environment> = z.object({
  code: z.number(),
  name: z.string(),
  config: z.string(),
  description: textOrEmpty,
  workerGroups: z
    .array(z.string())
    .nullish()
    .transform(groups => groups ?? []),
});

const formOf = (spec: Omit<Environment, 'code'>): Fields => ({
  name: spec.name,
  config: spec.config,
  description: spec.description,
  workerGroups: JSON.stringify(spec.workerGroups),
});

const sameGroups = (one: readonly string[], other: readonly string[]) =>
  [...one].sort().join() === [...other].sort().join();

export function createEnvironments(http: Requester): DolphinSchedulerClient['environments'] {
  const read = (query?: Fields) => readAll(http, LIST, environment, query);
  const find = async (name: string) => (await read(named(name))).find(row => row.name === name);
  const isThere = async (code: number) => {
    const query = { environmentCode: code };
    const call = { method: 'GET', path: '/environment/query-by-code', query } as const;
    return (await orAbsent(NO_SUCH_CODE, http.send(call, z.object({})))) !== undefined;
  };
  return {
    list: () => read(),
    listAll: () => eachRow(http, LIST, environment, ({ code }) => code),
    find,
    create: spec =>
      createOnce(http, {
        what: `environment "${spec.name}"`,
        send: () =>
          http.command({ method: 'POST', path: '/environment/create', form: formOf(spec) }),
        find: () => find(spec.name),
        isOurs: found =>
          found.config === spec.config &&
          found.description === spec.description &&
          sameGroups(found.workerGroups, spec.workerGroups),
      }),
    update: spec =>
      http.command({
        method: 'POST',
        path: '/environment/update',
        form: { code: spec.code, ...formOf(spec) },
        repeatable: true,
      }),
    async delete(code) {
      const path = '/environment/delete';
      if (!(await isThere(code))) {
        throw new ClientError('CLIENT_NOT_FOUND', `environment ${code} is not there`, {
          endpoint: `POST ${path}`,
          todo: 'Look whether it was deleted.',
        });
      }
      const form = { environmentCode: code };
      try {
        await http.command({ method: 'POST', path, form, repeatable: true });
      } catch (error) {
        // Of one that an attempt without an answer has deleted, the server says only that it failed.
        if (!isClientError(error, 'CLIENT_SERVER') || (await isThere(code))) throw error;
      }
    },
  };
}
