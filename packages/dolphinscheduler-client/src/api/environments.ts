import { z } from 'zod';
import type { DolphinSchedulerClient, Environment } from '../client';
import { named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import type { Fields } from '../http/transport';
import { textOrEmpty } from '../http/shapes';
import { createOnce } from './create-once';

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
  const read = (query?: Fields) => readAll(http, '/environment/list-paging', environment, query);
  const find = async (name: string) => (await read(named(name))).find(row => row.name === name);
  return {
    list: () => read(),
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
  };
}
