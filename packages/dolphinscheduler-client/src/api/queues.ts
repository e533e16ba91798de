import { z } from 'zod';
import type { DolphinSchedulerClient, Queue } from '../client';
import type { Dialect } from '../dialects/dialect';
import { refuse } from '../dialects/forms';
import { eachRow, named, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const PATH = '/queues';
/** It is as it was asked to be. */
const NOTHING_TO_CHANGE = [10132];

const queue: z.ZodType<Queue> = z.object({
  id: z.number(),
  queueName: z.string(),
  queue: z.string(),
});

export function createQueues(
  http: Requester,
  { capabilities }: Dialect,
): DolphinSchedulerClient['queues'] {
  const find = async (queueName: string) =>
    (await readAll(http, PATH, queue, named(queueName))).find(each => each.queueName === queueName);
  return {
    listAll: () => eachRow(http, PATH, queue, ({ id }) => id),
    find,
    create: form =>
      createOnce(http, {
        what: `queue "${form.queueName}"`,
        send: () =>
          http.command({
            method: 'POST',
            path: PATH,
            form: { queueName: form.queueName, queue: form.queue },
          }),
        find: () => find(form.queueName),
        isOurs: found => found.queue === form.queue,
      }),
    update: ({ id, ...form }) =>
      orAbsent(
        NOTHING_TO_CHANGE,
        http.command({ method: 'PUT', path: `${PATH}/${id}`, form, repeatable: true }),
      ),
    async delete(id) {
      const path = `${PATH}/${id}`;
      if (!capabilities.queueDeletion) {
        refuse("this server can't delete a queue", `DELETE ${path}`, 'Leave it, or rename it.');
      }
      await http.command({ method: 'DELETE', path, repeatable: true });
    },
  };
}
