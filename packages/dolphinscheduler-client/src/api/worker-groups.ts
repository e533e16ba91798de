import { z } from 'zod';
import type { DolphinSchedulerClient, WorkerGroup, WorkerGroupSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { refuse } from '../dialects/forms';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { createOnce } from './create-once';

const PATH = '/worker-groups';

const workerGroup: z.ZodType<WorkerGroup> = z
  .object({
    id: z.number().nullish(),
    name: z.string(),
    addrList: textOrEmpty,
    description: textOrEmpty,
  })
  .transform(({ id, name, addrList, description }) => ({
    ...(id ? { id } : {}),
    name,
    addresses: addrList.split(',').filter(address => address !== ''),
    ...(description ? { description } : {}),
  }));

const formOf = ({ name, addresses, description = '' }: WorkerGroupSpec): Fields => ({
  name,
  addrList: addresses.join(),
  description,
});

export function createWorkerGroups(
  http: Requester,
  { capabilities }: Dialect,
): DolphinSchedulerClient['workerGroups'] {
  const find = async (name: string) =>
    (await readAll(http, PATH, workerGroup, named(name))).find(group => group.name === name);
  return {
    list: () => readAll(http, PATH, workerGroup),
    // Those of the servers' configuration have no id, and come on each page.
    listAll: () => eachRow(http, PATH, workerGroup, ({ name }) => name),
    find,
    create: group =>
      createOnce(http, {
        what: `worker group "${group.name}"`,
        send: () => http.command({ method: 'POST', path: PATH, form: formOf(group) }),
        find: () => find(group.name),
        isOurs: found => found.addresses.join() === group.addresses.join(),
      }),
    async update(group) {
      if (!capabilities.workerGroupUpdates) {
        refuse(
          "this server can't change a worker group under its name",
          `POST ${PATH}`,
          'Make another group, or delete this one and make it anew.',
        );
      }
      if (group.id === undefined) {
        refuse(
          `worker group "${group.name}" is made by the servers' configuration`,
          `POST ${PATH}`,
          'Change it there.',
        );
      }
      const form = { id: group.id, ...formOf(group) };
      await http.command({ method: 'POST', path: PATH, form, repeatable: true });
    },
    delete: id => http.command({ method: 'DELETE', path: `${PATH}/${id}`, repeatable: true }),
  };
}
