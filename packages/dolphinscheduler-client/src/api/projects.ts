import { z } from 'zod';
import type { DolphinSchedulerClient, Project } from '../client';
import { readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import { createOnce } from './create-once';

const project: z.ZodType<Project> = z
  .object({
    id: z.number(),
    code: z.number(),
    name: z.string(),
    description: textOrEmpty,
    userName: textOrEmpty,
  })
  .transform(({ userName, ...fields }) => ({ ...fields, owner: userName }));

export function createProjects(http: Requester): DolphinSchedulerClient['projects'] {
  const read = (searchVal?: string) =>
    readAll(http, '/projects', project, row => row.code, { searchVal });
  const find = async (name: string) => (await read(name)).find(row => row.name === name);
  return {
    list: () => read(),
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
