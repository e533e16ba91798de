import { z } from 'zod';
import type { DolphinSchedulerClient, TaskGroup, TaskGroupEntry, TaskGroupSpec } from '../client';
import type { Dialect } from '../dialects/dialect';
import { ClientError, isClientError } from '../errors';
import { eachRow, readAll } from '../http/pages';
import type { Requester } from '../http/requester';
import { textOrEmpty } from '../http/shapes';
import type { Fields } from '../http/transport';
import { orAbsent } from './absent';
import { createOnce } from './create-once';

const ALREADY_CLOSED = [130018];
const ALREADY_OPEN = [130019];

const taskGroup: z.ZodType<TaskGroup> = z
  .object({
    id: z.number(),
    name: z.string(),
    projectCode: z.number(),
    description: textOrEmpty,
    groupSize: z.number(),
    useSize: z.number(),
    // 3.1 writes a number, later lines a word.
    status: z.union([z.literal(1), z.literal(0), z.enum(['YES', 'NO'])]),
  })
  .transform(({ status, ...fields }) => ({ ...fields, open: status === 1 || status === 'YES' }));

const STATUSES = {
  WAIT_QUEUE: 'WAITING',
  ACQUIRE_SUCCESS: 'RUNNING',
  RELEASE: 'ENDED',
} as const;

const entry: z.ZodType<TaskGroupEntry> = z
  .object({
    id: z.number(),
    taskName: z.string(),
    workflowInstanceName: textOrEmpty,
    // 3.1 and 3.2 shorten it.
    workflowId: z.number().nullish(),
    workflowInstanceId: z.number().nullish(),
    priority: z.number(),
    forceStart: z.number(),
    status: z.enum(['WAIT_QUEUE', 'ACQUIRE_SUCCESS', 'RELEASE']),
  })
  .transform(({ workflowId, workflowInstanceId, forceStart, status, ...fields }) => ({
    ...fields,
    workflowInstanceId: workflowInstanceId ?? workflowId ?? 0,
    status: STATUSES[status],
    forced: forceStart === 1,
  }));

const formOf = ({ name, description, groupSize }: TaskGroupSpec): Fields => ({
  name,
  description,
  groupSize,
});

export function createTaskGroups(
  http: Requester,
  { terms }: Dialect,
): DolphinSchedulerClient['taskGroups'] {
  const path = '/task-group/query-list-by-projectCode';
  const find = async (projectCode: number, name: string) => {
    const groups = await readAll(http, path, taskGroup, { projectCode });
    return groups.find(group => group.name === name);
  };
  const post = (what: string, form: Fields, repeatable = true) =>
    http.command({ method: 'POST', path: `/task-group/${what}`, form, repeatable });
  /** Of a group that isn't there the server says only that it failed. */
  const change = async (what: string, id: number, form: Fields = {}) => {
    try {
      await post(what, { id, ...form });
    } catch (error) {
      if (!isClientError(error, 'CLIENT_SERVER') || error.unclear) throw error;
      const groups = await readAll(http, '/task-group/list-paging', taskGroup);
      if (groups.some(group => group.id === id)) throw error;
      throw new ClientError('CLIENT_NOT_FOUND', `task group ${id} is not there`, {
        endpoint: error.endpoint,
        serverCode: error.serverCode,
        cause: error,
        todo: 'Look at the list of task groups.',
      });
    }
  };
  return {
    listAll: projectCode => eachRow(http, path, taskGroup, ({ id }) => id, { projectCode }),
    find,
    create: (projectCode, spec) =>
      createOnce<TaskGroup>(http, {
        what: `task group "${spec.name}"`,
        send: () => post('create', { projectCode, ...formOf(spec) }, false),
        find: () => find(projectCode, spec.name),
        isOurs: found =>
          found.projectCode === projectCode &&
          found.description === spec.description &&
          found.groupSize === spec.groupSize,
      }),
    update: (id, spec) => change('update', id, formOf(spec)),
    start: id => orAbsent(ALREADY_OPEN, change('start-task-group', id)),
    close: id => orAbsent(ALREADY_CLOSED, change('close-task-group', id)),
    listAllEntries: id =>
      eachRow(http, '/task-group/query-list-by-group-id', terms.rows(entry), each => each.id, {
        groupId: id,
      }),
    forceStart: entryId => post('forceStart', { queueId: entryId }, false),
  };
}
