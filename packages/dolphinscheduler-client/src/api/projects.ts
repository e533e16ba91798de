import { z } from 'zod';
import type { DolphinSchedulerClient, Project } from '../client';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { createOnce } from './create-once';

export const project: z.ZodType<Project> = z
  .object({
    id: z.number(),
    code: z.number(),
    name: z.string(),
    description: textOrEmpty,
    userName: textOrEmpty,
  })
  .transform(({ userName, ...fields }) => ({ ...fields, owner: userName }));

export function createProjects(http: Requester): DolphinSchedulerClient['projects'] {
  const read = (query?: Fields) => readAll(http, '/projects', project, query);
  const find = async (name: string) => (await read(named(name))).find(row => row.name === name);
  return {
    list: () => read(),
    listAll: () => eachRow(http, '/projects', project, ({ code }) => code),
    find,
    create: ({ name, description }) =>
      createOnce(http, {
        what: `project "${name}"`,
        send: () =>
          http.send(
            { method: 'POST', path: '/projects', form: { projectName: name, description } },
            project,
          ),
        find: () => find(name),
        isOurs: found => found.description === description,
      }),
    delete: code => http.command({ method: 'DELETE', path: `/projects/${code}`, repeatable: true }),
  };
}
