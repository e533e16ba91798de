import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import {
  TENANT,
  collect,
  newAlertGroup,
  newDatasource,
  newEnvironment,
  newProject,
  newQueue,
  newTaskGroup,
  newTenant,
  newUser,
  newWebhook,
  newWorkerGroup,
  onlineWorkflow,
  parameterOf,
  scheduleOf,
  scheduled,
  specOf,
  started,
  taskGroupOf,
  tenantOfMine,
  unique,
} from './made';

type Client = DolphinSchedulerClient;

type MethodOf<G> = {
  [M in keyof G]: G[M] extends (...args: never[]) => unknown ? M : never;
}[keyof G];
type GroupName = {
  [G in keyof Client]: Client[G] extends string | ((...args: never[]) => unknown)
    ? never
    : G extends 'capabilities'
      ? never
      : G;
}[keyof Client];

/** Calls one method in every way that sends something else. */
export type Drive = (client: Client) => Promise<unknown>;

/**
 * Every method of the client. A method that isn't here is a type error, and a test error where types aren't
 * checked.
 */
export type Surface = {
  [G in GroupName]: { [M in MethodOf<Client[G]>]: Drive };
} & { client: { [M in MethodOf<Client>]: Drive } };

const RUN_FILTER = {
  state: 'RUNNING_EXECUTION',
  startedFrom: '2026-01-01 00:00:00',
  startedUntil: '2026-12-31 23:59:59',
  search: 'workflow',
};

const COUNT_FILTER = {
  projectCode: 1,
  from: '2026-01-01 00:00:00',
  until: '2026-12-31 23:59:59',
};

export const surface: Surface = {
  client: { currentUser: client => client.currentUser() },
  tenants: {
    find: client => client.tenants.find('default'),
    create: newTenant,
    listAll: client => collect(client.tenants.listAll()),
    delete: async client => client.tenants.delete((await newTenant(client)).id),
  },
  queues: {
    find: client => client.queues.find('default'),
    listAll: client => collect(client.queues.listAll()),
    create: newQueue,
    update: async client => client.queues.update({ ...(await newQueue(client)), queue: 'other' }),
    delete: client => client.queues.delete(1),
  },
  users: {
    listAll: client => collect(client.users.listAll()),
    delete: async client => client.users.delete((await newUser(client)).id),
    revokeProject: async client =>
      client.users.revokeProject((await newUser(client)).id, (await newProject(client)).code),
    grantedProjects: async client => client.users.grantedProjects((await newUser(client)).id),
    find: client => client.users.find('admin'),
    create: newUser,
    update: async client => client.users.update(await newUser(client), { email: 'b@example.com' }),
    createToken: client => client.users.createToken(1, new Date('2036-01-01')),
    grantProject: async client =>
      client.users.grantProject((await newUser(client)).id, (await newProject(client)).code),
  },
  projects: {
    list: client => client.projects.list(),
    find: client => client.projects.find('any'),
    create: newProject,
    delete: async client => client.projects.delete((await newProject(client)).code),
    listAll: client => collect(client.projects.listAll()),
  },
  projectParameters: {
    listAll: async client =>
      collect(client.projectParameters.listAll((await newProject(client)).code)),
    find: async client => client.projectParameters.find((await newProject(client)).code, 'any'),
    create: async client =>
      client.projectParameters.create((await newProject(client)).code, parameterOf()),
    update: async client => {
      const { code } = await newProject(client);
      const parameter = await client.projectParameters.create(code, parameterOf());
      return client.projectParameters.update(code, { ...parameter, value: 'south' });
    },
    delete: async client => {
      const { code } = await newProject(client);
      const parameter = await client.projectParameters.create(code, parameterOf());
      return client.projectParameters.delete(code, parameter.code);
    },
  },
  environments: {
    listAll: client => collect(client.environments.listAll()),
    delete: async client => client.environments.delete((await newEnvironment(client)).code),
    find: client => client.environments.find('any'),
    list: client => client.environments.list(),
    create: newEnvironment,
    update: async client => client.environments.update(await newEnvironment(client)),
  },
  workerGroups: {
    list: client => client.workerGroups.list(),
    listAll: client => collect(client.workerGroups.listAll()),
    find: client => client.workerGroups.find('default'),
    create: newWorkerGroup,
    update: async client => client.workerGroups.update(await newWorkerGroup(client)),
    delete: async client => client.workerGroups.delete((await newWorkerGroup(client)).id!),
  },
  alerts: {
    listAllGroups: client => collect(client.alerts.listAllGroups()),
    deleteGroup: async client => client.alerts.deleteGroup((await newAlertGroup(client)).id),
    updateWebhook: async client => {
      const { id, instanceName } = await newWebhook(client);
      return client.alerts.updateWebhook(id, { instanceName, url: 'http://127.0.0.1:1/other' });
    },
    listAllInstances: client => collect(client.alerts.listAllInstances()),
    deleteInstance: async client => client.alerts.deleteInstance((await newWebhook(client)).id),
    findGroup: client => client.alerts.findGroup('any'),
    createGroup: newAlertGroup,
    updateGroup: async client => client.alerts.updateGroup(await newAlertGroup(client)),
    findInstance: client => client.alerts.findInstance('any'),
    createWebhook: newWebhook,
  },
  datasources: {
    listAll: client => collect(client.datasources.listAll()),
    find: client => client.datasources.find('any'),
    create: newDatasource,
    delete: async client => client.datasources.delete((await newDatasource(client)).id),
  },
  taskGroups: {
    listAll: async client => collect(client.taskGroups.listAll((await newProject(client)).code)),
    find: async client => client.taskGroups.find((await newProject(client)).code, 'any'),
    create: newTaskGroup,
    update: async client =>
      client.taskGroups.update((await newTaskGroup(client)).id, taskGroupOf()),
    start: async client => client.taskGroups.start((await newTaskGroup(client)).id),
    close: async client => client.taskGroups.close((await newTaskGroup(client)).id),
    listAllEntries: async client =>
      collect(client.taskGroups.listAllEntries((await newTaskGroup(client)).id)),
    forceStart: client => client.taskGroups.forceStart(1),
  },
  statistics: {
    taskStates: client => client.statistics.taskStates(COUNT_FILTER),
    workflowStates: client => client.statistics.workflowStates(COUNT_FILTER),
    definitions: client => client.statistics.definitions(1),
  },
  audit: {
    listAll: async client => {
      await collect(client.audit.listAll());
      return collect(
        client.audit.listAll({
          userName: 'admin',
          modelTypes: ['Project', 'Workflow'],
          operations: ['Create'],
          modelName: 'sales',
          from: '2026-01-01 00:00:00',
          until: '2026-12-31 00:00:00',
        }),
      );
    },
  },
  monitor: {
    masters: client => client.monitor.masters(),
    workers: client => client.monitor.workers(),
    alertServers: client => client.monitor.alertServers(),
    databases: client => client.monitor.databases(),
    health: client => client.monitor.health(),
    metrics: client => client.monitor.metrics(),
  },
  resources: {
    listAll: async client => {
      await tenantOfMine(client);
      const folder = `/${unique('folder')}`;
      await client.resources.upload(`${folder}/file.txt`, Buffer.from('one'));
      await collect(client.resources.listAll());
      return collect(client.resources.listAll(folder));
    },
    find: async client => {
      await tenantOfMine(client);
      return client.resources.find('/folder/file.txt');
    },
    findById: async client => {
      await tenantOfMine(client);
      const file = await client.resources.upload(`/${unique('file')}.txt`, Buffer.from('one'));
      return client.resources.findById(file.id);
    },
    upload: async client => {
      await tenantOfMine(client);
      const name = `/${unique('folder')}/below/file.txt`;
      await client.resources.upload(name, Buffer.from('one'));
      return client.resources.upload(name, Buffer.from('two'));
    },
    delete: async client => {
      await tenantOfMine(client);
      const file = await client.resources.upload(`/${unique('file')}.txt`, Buffer.from('one'));
      return client.resources.delete(file);
    },
  },
  workflows: {
    list: async client => client.workflows.list((await newProject(client)).code),
    getAll: async client => {
      const { project } = await onlineWorkflow(client);
      return client.workflows.getAll(project.code);
    },
    listAll: async client => collect(client.workflows.listAll((await newProject(client)).code)),
    get: async client => client.workflows.get((await newProject(client)).code, 1),
    findByName: async client => client.workflows.findByName((await newProject(client)).code, 'any'),
    create: async client => client.workflows.create((await newProject(client)).code, specOf()),
    update: async client => {
      const project = await newProject(client);
      const spec = specOf();
      const { code } = await client.workflows.create(project.code, spec);
      return client.workflows.update(project.code, code, { ...spec, description: 'another' });
    },
    release: onlineWorkflow,
    delete: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      await client.workflows.release(project.code, workflow.code, 'OFFLINE');
      return client.workflows.delete(project.code, workflow.code);
    },
    versions: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      return client.workflows.versions(project.code, workflow.code);
    },
    taskVersions: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      return client.workflows.taskVersions(project.code, workflow.tasks[0]!.code);
    },
    dependants: async client =>
      client.workflows.dependants([(await onlineWorkflow(client)).workflow.code]),
  },
  schedules: {
    list: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      return client.schedules.list(project.code, workflow.code);
    },
    listOfProject: async client =>
      client.schedules.listOfProject((await scheduled(client)).project.code),
    create: scheduled,
    update: async client => {
      const { project, workflow, schedule } = await scheduled(client);
      return client.schedules.update(project.code, schedule.id, scheduleOf(workflow.code));
    },
    release: async client => {
      const { project, schedule } = await scheduled(client);
      await client.schedules.release(project.code, schedule.id, 'ONLINE');
      return client.schedules.release(project.code, schedule.id, 'OFFLINE');
    },
    delete: async client => {
      const { project, schedule } = await scheduled(client);
      return client.schedules.delete(project.code, schedule.id);
    },
    preview: async client =>
      client.schedules.preview((await newProject(client)).code, scheduleOf(0)),
  },
  runs: {
    start: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      return client.runs.start(project.code, {
        workflowDefinitionCode: workflow.code,
        params: { day: '2026-01-31' },
        failureStrategy: 'END',
        warningType: 'FAILURE',
        warningGroupId: 1,
        priority: 'HIGH',
        workerGroup: 'default',
        environmentCode: -1,
        tenantCode: TENANT,
        dryRun: true,
      });
    },
    backfill: async client => {
      const { project, workflow } = await onlineWorkflow(client);
      const range = { from: '2026-01-01 00:00:00', until: '2026-01-03 00:00:00' };
      const options = { workflowDefinitionCode: workflow.code, tenantCode: TENANT };
      await client.runs.backfill(project.code, { ...options, ...range, mode: 'serial' });
      return client.runs.backfill(project.code, {
        ...options,
        dates: ['2026-02-01 00:00:00', '2026-02-02 00:00:00'],
        mode: 'parallel',
        parallelism: 2,
        ...(client.capabilities.backfillOrder
          ? { order: 'newest-first', dependents: 'all' }
          : { dependents: 'direct' }),
      });
    },
    list: async client => {
      const { project, workflow } = await started(client);
      return client.runs.list(project.code, {
        workflowDefinitionCode: workflow.code,
        ...RUN_FILTER,
        limit: 3,
      });
    },
    listAll: async client => {
      const { project, workflow } = await started(client);
      const filter = { workflowDefinitionCode: workflow.code, ...RUN_FILTER };
      return collect(client.runs.listAll(project.code, filter));
    },
    listAllTasks: async client => {
      const { project, run } = await started(client);
      const filter = { workflowInstanceId: run, taskName: 'a', ...RUN_FILTER };
      return collect(client.runs.listAllTasks(project.code, filter));
    },
    subRun: async client => {
      const { project, task } = await started(client);
      return client.runs.subRun(project.code, task.id);
    },
    parentRun: async client => {
      const { project, run } = await started(client);
      return client.runs.parentRun(project.code, run);
    },
    forceSuccess: async client => {
      const { project, run, task } = await started(client);
      await client.runs.control(project.code, run, 'STOP');
      return client.runs.forceSuccess(project.code, task.id);
    },
    followLog: async client => {
      const { project, run, task } = await started(client);
      return collect(client.runs.followLog(project.code, run, task.id));
    },
    get: async client => {
      const { project, run } = await started(client);
      return client.runs.get(project.code, run);
    },
    tasks: started,
    control: async client => {
      const { project, run } = await started(client);
      await client.runs.control(project.code, run, 'STOP');
      await client.runs.control(project.code, run, 'RESUME');
      await client.runs.control(project.code, run, 'PAUSE');
      return client.runs.control(project.code, run, 'REPEAT');
    },
    delete: async client => {
      const { project, run } = await started(client);
      await client.runs.control(project.code, run, 'STOP');
      return client.runs.delete(project.code, run);
    },
    log: async client => client.runs.log((await started(client)).task.id, 0),
    logLength: async client => client.runs.logLength((await started(client)).task.id),
  },
};
