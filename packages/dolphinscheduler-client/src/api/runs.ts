import { z } from 'zod';
import type { DolphinSchedulerClient, RunFilter } from '../client';
import type { Dialect } from '../dialects/dialect';
import type { Terms } from '../dialects/words';
import { ClientError, isClientError } from '../errors';
import { eachRow, readPage } from '../http/pages';
import type { Requester } from '../http/requester';
import { orAbsent } from './absent';
import type { Call, Fields } from '../http/transport';
import { createControl } from './control';
import { followLog } from './follow-log';
import { Logs } from './logs';

const NO_SUCH_INSTANCE = [50001];
const DEFAULT_LIMIT = 100;
/** The task isn't there, runs no workflow, or hasn't started one yet. */
const NO_SUB_RUN = [10020, 10021, 50007];
/** The run isn't there, or isn't a part of another. */
const NO_PARENT_RUN = [50001, 50007, 50010];
/** How 3.3 and later say that the run hasn't ended. */
const WITHOUT_A_CODE = 10000;

const filterOf = ({ state, startedFrom, startedUntil, search }: RunFilter): Fields => ({
  stateType: state,
  startDate: startedFrom,
  endDate: startedUntil,
  searchVal: search,
});

const parentRun = z.object({ parentWorkflowInstance: z.number() });

const subRunIn = (noun: Terms['noun']) => {
  const field = noun === 'process' ? 'subProcessInstanceId' : 'subWorkflowInstanceId';
  return z.object({ [field]: z.number() }).transform(found => found[field]);
};

export function createRuns(http: Requester, dialect: Dialect): DolphinSchedulerClient['runs'] {
  const { terms, shapes } = dialect;
  const paths = (projectCode: number) => `/projects/${projectCode}/${terms.instances}`;
  const logs = new Logs(http);
  const get = (projectCode: number, id: number) =>
    orAbsent(
      NO_SUCH_INSTANCE,
      http.send({ method: 'GET', path: `${paths(projectCode)}/${id}` }, shapes.instance),
    );
  const tasks = async (projectCode: number, id: number) => {
    const { taskList } = await http.send(
      { method: 'GET', path: `${paths(projectCode)}/${id}/tasks` },
      z.object({ taskList: z.array(shapes.taskInstance) }),
    );
    return taskList.sort((a, b) => a.id - b.id);
  };
  const queryOf = ({ workflowDefinitionCode, ...filter }: RunFilter): Fields => ({
    [terms.instanceFilter]: workflowDefinitionCode,
    ...filterOf(filter),
  });
  const start = dialect.starter(http);
  return {
    start: async (projectCode, options, call) => (await start(projectCode, options, call))[0]!,
    backfill: start,
    async list(projectCode, { limit = DEFAULT_LIMIT, ...filter } = {}) {
      const query = { ...queryOf(filter), pageNo: 1, pageSize: limit };
      const { rows } = await readPage(http, paths(projectCode), shapes.instance, query);
      return rows;
    },
    listAll: (projectCode, filter = {}) =>
      eachRow(http, paths(projectCode), shapes.instance, ({ id }) => id, queryOf(filter)),
    get,
    tasks,
    listAllTasks(projectCode, { workflowInstanceId, taskName, ...filter } = {}) {
      const path = `/projects/${projectCode}/task-instances`;
      const query = {
        [terms.instanceId]: workflowInstanceId,
        taskName,
        ...filterOf(filter),
      };
      return eachRow(http, path, shapes.listedTaskInstance, ({ id }) => id, query);
    },
    async subRun(projectCode, taskInstanceId) {
      const path = `${paths(projectCode)}/query-sub-by-parent`;
      const query = { taskId: taskInstanceId };
      const found = await orAbsent(
        NO_SUB_RUN,
        http.send({ method: 'GET', path, query }, subRunIn(terms.noun)),
      );
      return found;
    },
    async parentRun(projectCode, id) {
      const path = `${paths(projectCode)}/query-parent-by-sub`;
      const call: Call = { method: 'GET', path, query: { subId: id } };
      return (await orAbsent(NO_PARENT_RUN, http.send(call, parentRun)))?.parentWorkflowInstance;
    },
    async forceSuccess(projectCode, taskInstanceId) {
      const path = `/projects/${projectCode}/task-instances/${taskInstanceId}/force-success`;
      try {
        await http.command({ method: 'POST', path });
      } catch (error) {
        if (!isClientError(error) || error.serverCode !== WITHOUT_A_CODE) throw error;
        throw new ClientError('CLIENT_CONFLICT', error.message, {
          endpoint: error.endpoint,
          serverCode: error.serverCode,
          cause: error,
          todo: 'Wait until the run has ended; check that the task is of this project.',
        });
      }
    },
    control: createControl(http, dialect, get),
    delete: (projectCode, id) =>
      http.command({ method: 'DELETE', path: `${paths(projectCode)}/${id}`, repeatable: true }),
    log: (taskInstanceId, from, options) => logs.page(taskInstanceId, from, options),
    logLength: (taskInstanceId, options) => logs.length(taskInstanceId, options),
    followLog: (projectCode, id, taskInstanceId, options) =>
      followLog(
        http,
        {
          page: (from, pageOptions) => logs.page(taskInstanceId, from, pageOptions),
          task: async () => (await tasks(projectCode, id)).find(task => task.id === taskInstanceId),
        },
        options,
      ),
  };
}
