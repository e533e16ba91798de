import { z } from 'zod';
import type { DolphinSchedulerClient } from '../client';
import type { Dialect } from '../dialects/dialect';
import { readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import { createControl } from './control';
import { Logs } from './logs';

const NO_SUCH_INSTANCE = [50001];
const DEFAULT_LIMIT = 100;

export function createRuns(http: Requester, dialect: Dialect): DolphinSchedulerClient['runs'] {
  const { terms, shapes } = dialect;
  const paths = (projectCode: number) => `/projects/${projectCode}/${terms.instances}`;
  const logs = new Logs(http);
  const get = (projectCode: number, id: number) =>
    orAbsent(
      NO_SUCH_INSTANCE,
      http.send({ method: 'GET', path: `${paths(projectCode)}/${id}` }, shapes.instance),
    );
  const start = dialect.starter(http);
  return {
    start: async (projectCode, options, call) => (await start(projectCode, options, call))[0]!,
    backfill: start,
    async list(projectCode, { workflowDefinitionCode, state, limit = DEFAULT_LIMIT } = {}) {
      const query = {
        [terms.instanceFilter]: workflowDefinitionCode,
        stateType: state,
        pageNo: 1,
        pageSize: limit,
      };
      const { rows } = await readPage(http, paths(projectCode), shapes.instance, query);
      return rows;
    },
    get,
    async tasks(projectCode, id) {
      const { taskList } = await http.send(
        { method: 'GET', path: `${paths(projectCode)}/${id}/tasks` },
        z.object({ taskList: z.array(shapes.taskInstance) }),
      );
      return taskList.sort((a, b) => a.id - b.id);
    },
    control: createControl(http, dialect, get),
    delete: (projectCode, id) =>
      http.command({ method: 'DELETE', path: `${paths(projectCode)}/${id}`, repeatable: true }),
    log: (taskInstanceId, from, options) => logs.page(taskInstanceId, from, options),
  };
}
