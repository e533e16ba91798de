import { pageOf, Refusal, remove, rowOf, TIME, type Exchange, type Handlers } from './exchange';
import type { Row, Store } from './store';

type Fields = Exchange['fields'];

/** The form of the HTTP plugin, as far as anything reads it. */
const HTTP_FORM = JSON.stringify(
  ['WarningType', 'url', 'requestType', 'headerParams', 'bodyParams', 'contentField'].map(
    field => ({
      field,
      name: field,
      type: 'input',
      value: null,
    }),
  ),
);

function unused(rows: readonly Row[], field: string, value: unknown, code: number): void {
  if (rows.some(row => row[field] === value)) throw new Refusal(code, `${field} already exists`);
}

/** Worker groups, environments, alerts, datasources, task groups, and what looks at the whole. */
export function platformHandlers(store: Store): Handlers {
  const old = store.line === '3.1';
  const isNew = store.line === '3.3' || store.line === '3.4';
  const environment = (fields: Fields) => ({
    name: fields.name!,
    config: fields.config!,
    description: fields.description ?? '',
    workerGroups: JSON.parse(fields.workerGroups ?? '[]') as unknown,
    operator: 1,
    createTime: TIME,
    updateTime: TIME,
  });
  const alertGroup = (fields: Fields) => ({
    groupName: fields.groupName!,
    description: fields.description ?? '',
    alertInstanceIds: fields.alertInstanceIds!,
    createUserId: 1,
    createTime: TIME,
    updateTime: TIME,
  });
  const taskGroup = (fields: Fields) => ({
    name: fields.name!,
    description: fields.description!,
    groupSize: Number(fields.groupSize),
    userId: 1,
    createTime: TIME,
    updateTime: TIME,
  });
  const dataSource = (json: Record<string, unknown>) => ({
    name: String(json.name),
    note: json.note ?? '',
    type: String(json.type),
    userId: 1,
    connectionParams: JSON.stringify({ ...json, password: '******' }),
    createTime: TIME,
    updateTime: TIME,
  });
  const heartbeat = JSON.stringify({ cpuUsage: 0.5, memoryUsage: 0.2, processId: 7 });
  const server = (port: number) => ({
    id: 1,
    host: '127.0.0.1',
    port,
    ...(isNew
      ? { serverDirectory: `/nodes/127.0.0.1:${port}`, heartBeatInfo: heartbeat }
      : { zkDirectory: `/nodes/127.0.0.1:${port}`, resInfo: heartbeat }),
    createTime: TIME,
    lastHeartbeatTime: TIME,
  });
  const PORTS: Record<string, number> = { MASTER: 5678, WORKER: 1234, ALERT_SERVER: 50052 };
  /** 3.1 counts, later lines say it. */
  const flag = (open: boolean) => {
    if (old) return Number(open);
    return open ? 'YES' : 'NO';
  };
  const counts = (list: string, state: string) => ({
    totalCount: 1,
    [list]: [{ [state]: 'SUCCESS', count: 1 }],
  });
  return {
    'GET /worker-groups': ({ fields }) => pageOf(store.workerGroups, fields, 'name'),
    'GET /worker-groups/all': () => store.workerGroups.map(row => row.name),
    'GET /worker-groups/worker-address-list': () => ['127.0.0.1:1234'],
    'POST /worker-groups': ({ fields }) => {
      const given = store.workerGroups.find(row => row.id > 0 && String(row.id) === fields.id);
      const group = {
        name: fields.name!,
        addrList: fields.addrList!,
        description: fields.description ?? '',
        systemDefault: false,
      };
      if (given) return Object.assign(given, group);
      unused(store.workerGroups, 'name', fields.name, 10174);
      store.workerGroups.push({ id: store.id(), ...group });
      return null;
    },
    'DELETE /worker-groups/{id}': ({ fields }) => {
      remove(store.workerGroups, rowOf(store.workerGroups, 'id', fields.id, 10174));
      return null;
    },
    'GET /environment/list-paging': ({ fields }) => pageOf(store.environments, fields, 'name'),
    'GET /environment/query-environment-list': () => store.environments,
    'GET /environment/query-by-code': ({ fields }) =>
      rowOf(store.environments, 'code', fields.environmentCode, 1200009),
    'POST /environment/create': ({ fields }) => {
      unused(store.environments, 'name', fields.name, 120002);
      const row = { id: store.id(), code: store.code(), ...environment(fields) };
      store.environments.push(row);
      return row.code;
    },
    'POST /environment/update': ({ fields }) =>
      Object.assign(rowOf(store.environments, 'code', fields.code, 1200009), environment(fields)),
    'POST /environment/delete': ({ fields }) => {
      const row = rowOf(store.environments, 'code', fields.environmentCode, 1200009);
      remove(store.environments, row);
      return null;
    },
    'GET /alert-groups': ({ fields }) => pageOf(store.alertGroups, fields, 'groupName'),
    'GET /alert-groups/list': () => store.alertGroups,
    'POST /alert-groups': ({ fields }) => {
      unused(store.alertGroups, 'groupName', fields.groupName, 10012);
      const row = { id: store.id(), ...alertGroup(fields) };
      store.alertGroups.push(row);
      return row;
    },
    'PUT /alert-groups/{id}': ({ fields }) =>
      Object.assign(rowOf(store.alertGroups, 'id', fields.id, 10011), alertGroup(fields)),
    'DELETE /alert-groups/{id}': ({ fields }) => {
      remove(store.alertGroups, rowOf(store.alertGroups, 'id', fields.id, 10011));
      return null;
    },
    'GET /ui-plugins/query-by-type': () => [
      { id: 1, pluginName: 'Script', pluginType: 'alert', pluginParams: 'alert' },
      { id: 2, pluginName: 'Http', pluginType: 'alert', pluginParams: 'alert' },
    ],
    'GET /ui-plugins/{id}': () => ({
      id: 2,
      pluginName: 'Http',
      pluginType: 'alert',
      pluginParams: HTTP_FORM,
    }),
    'GET /alert-plugin-instances': ({ fields }) =>
      pageOf(store.alertInstances, fields, 'instanceName'),
    'GET /alert-plugin-instances/list': () => store.alertInstances,
    'GET /alert-plugin-instances/{id}': ({ fields }) =>
      rowOf(store.alertInstances, 'id', fields.id, 110004),
    'POST /alert-plugin-instances': ({ fields }) => {
      unused(store.alertInstances, 'instanceName', fields.instanceName, 110010);
      const row = {
        id: store.id(),
        pluginDefineId: Number(fields.pluginDefineId),
        instanceName: fields.instanceName!,
        pluginInstanceParams: fields.pluginInstanceParams!,
        alertPluginName: 'Http',
        createTime: TIME,
        updateTime: TIME,
      };
      store.alertInstances.push(row);
      return row;
    },
    'PUT /alert-plugin-instances/{id}': ({ fields }) =>
      Object.assign(rowOf(store.alertInstances, 'id', fields.id, 110004), {
        instanceName: fields.instanceName,
        pluginInstanceParams: fields.pluginInstanceParams,
      }),
    'DELETE /alert-plugin-instances/{id}': ({ fields }) => {
      const inUse = store.alertGroups.some(group =>
        String(group.alertInstanceIds).split(',').includes(fields.id!),
      );
      if (inUse) throw new Refusal(110012, 'the alert instance is used by an alert group');
      remove(store.alertInstances, rowOf(store.alertInstances, 'id', fields.id, 110004));
      return null;
    },
    'GET /datasources': ({ fields }) => pageOf(store.dataSources, fields, 'name'),
    'GET /datasources/list': ({ fields }) =>
      store.dataSources.filter(row => row.type === fields.type),
    'GET /datasources/{id}': ({ fields }) => {
      const { connectionParams, ...row } = rowOf(store.dataSources, 'id', fields.id, 20004);
      return { ...row, ...(JSON.parse(String(connectionParams)) as object) };
    },
    'POST /datasources': ({ json = {} }) => {
      unused(store.dataSources, 'name', json.name, 10015);
      store.dataSources.push({ id: store.id(), ...dataSource(json) });
      return null;
    },
    'PUT /datasources/{id}': ({ fields, json = {} }) => {
      Object.assign(rowOf(store.dataSources, 'id', fields.id, 20004), dataSource(json));
      return null;
    },
    'DELETE /datasources/{id}': ({ fields }) => {
      remove(store.dataSources, rowOf(store.dataSources, 'id', fields.id, 20004));
      return null;
    },
    'GET /task-group/list-paging': ({ fields }) =>
      pageOf(
        store.taskGroups.filter(row => String(row.name).includes(fields.name ?? '')),
        fields,
      ),
    'GET /task-group/query-list-by-projectCode': ({ fields }) =>
      pageOf(
        store.taskGroups.filter(row =>
          [0, Number(fields.projectCode)].includes(Number(row.projectCode)),
        ),
        fields,
      ),
    'GET /task-group/query-list-by-status': ({ fields }) => pageOf(store.taskGroups, fields),
    'GET /task-group/query-list-by-group-id': ({ fields }) =>
      pageOf(
        [
          {
            id: 1,
            taskId: 0,
            taskName: 'load',
            workflowInstanceName: 'orders-1',
            ...(isNew ? { workflowInstanceId: 7 } : { processId: 7 }),
            groupId: Number(fields.groupId),
            priority: 0,
            forceStart: 0,
            inQueue: 0,
            status: 'WAIT_QUEUE',
          },
        ],
        fields,
      ),
    'POST /task-group/create': ({ fields }) => {
      unused(store.taskGroups, 'name', fields.name, 130001);
      const row = {
        id: store.id(),
        projectCode: Number(fields.projectCode ?? 0),
        status: flag(true),
        useSize: 0,
        ...taskGroup(fields),
      };
      store.taskGroups.push(row);
      // 3.1 answers nothing.
      return old ? null : row;
    },
    'POST /task-group/update': ({ fields }) => {
      const row = rowOf(store.taskGroups, 'id', fields.id, 130009);
      if (row.status === flag(false)) throw new Refusal(130003, 'the task group is closed');
      return Object.assign(row, taskGroup(fields));
    },
    'POST /task-group/close-task-group': ({ fields }) => {
      const row = rowOf(store.taskGroups, 'id', fields.id, 130011);
      if (row.status === flag(false)) throw new Refusal(130018, 'the task group has been closed');
      row.status = flag(false);
      return null;
    },
    'POST /task-group/start-task-group': ({ fields }) => {
      const row = rowOf(store.taskGroups, 'id', fields.id, 130012);
      if (row.status === flag(true)) throw new Refusal(130019, 'the task group has been opened');
      row.status = flag(true);
      return null;
    },
    'POST /task-group/forceStart': () => null,
    'GET /monitor/masters': () => [server(5678)],
    'GET /monitor/workers': () => [server(1234)],
    'GET /monitor/{nodeType}': ({ fields }) => {
      const port = PORTS[fields.nodeType!];
      if (port === undefined) throw new Refusal(10045, 'list masters error');
      return [server(port)];
    },
    'GET /monitor/databases': () => [
      {
        dbType: 'POSTGRESQL',
        state: 'YES',
        maxConnections: 100,
        maxUsedConnections: 10,
        threadsConnections: 10,
        threadsRunningConnections: 0,
        date: TIME,
      },
    ],
    'GET /projects/audit/audit-log-list': ({ fields }) => {
      // The server looks at an end only where there is a beginning.
      const { startDate, endDate = '' } = fields;
      const rows = store.audit.filter(
        ({ createTime }) => !startDate || (createTime > startDate && createTime <= endDate),
      );
      return pageOf(rows, fields);
    },
    'GET /projects/audit/audit-log-model-type': () => [{ name: 'Project', child: null }],
    'GET /projects/audit/audit-log-operation-type': () => [{ name: 'Create' }],
    'GET /projects/analysis/task-state-count': () =>
      old ? counts('taskCountDtos', 'taskStateType') : counts('taskInstanceStatusCounts', 'state'),
    'GET /projects/analysis/workflow-state-count': () =>
      old
        ? counts('taskCountDtos', 'taskStateType')
        : counts('workflowInstanceStatusCounts', 'state'),
    'GET /projects/analysis/define-user-count': () => ({
      count: store.definitions.length,
      userList: [{ userName: 'admin', userId: 1, count: store.definitions.length }],
    }),
    'GET /projects/analysis/command-state-count': () => [],
    'GET /projects/analysis/queue-count': () => ({ taskQueue: 0, taskKill: 0 }),
  };
}
