/** What tests of the double make on a server: as little of each as there can be, each with a name of its own. */
import type {
  DolphinSchedulerClient,
  Project,
  ScheduleSpec,
  TaskDefinition,
  WorkflowDefinition,
  WorkflowDefinitionSpec,
} from '@dolphinstage/dolphinscheduler-client';

type Client = DolphinSchedulerClient;

let names = 0;
export const unique = (prefix: string) => `${prefix}-${++names}`;

/** Where tests on a real server keep tenants; the double takes any. */
export const TENANT = 'root';

export function shell(name: string, more: Partial<TaskDefinition> = {}): TaskDefinition {
  return {
    code: 17_000_000_000_000 + ++names,
    version: 0,
    name,
    description: '',
    taskType: 'SHELL',
    taskParams: { localParams: [], rawScript: 'true', resourceList: [] },
    flag: 'YES',
    taskPriority: 'MEDIUM',
    workerGroup: 'default',
    environmentCode: -1,
    failRetryTimes: 0,
    failRetryInterval: 1,
    timeoutFlag: 'CLOSE',
    timeoutNotifyStrategy: '',
    timeout: 0,
    delayTime: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
    ...more,
  };
}

export function specOf(tasks = [shell('a')]): WorkflowDefinitionSpec {
  return {
    name: unique('workflow'),
    description: 'made by a test',
    globalParams: [{ prop: 'day', direct: 'IN', type: 'VARCHAR', value: '2026-01-01' }],
    locations: tasks.map(({ code }, index) => ({ taskCode: code, x: 100 * index, y: 50 })),
    timeout: 0,
    executionType: 'PARALLEL',
    tenantCode: TENANT,
    tasks,
    relations: tasks.map(({ code }, index) => ({
      preTaskCode: tasks[index - 1]?.code ?? 0,
      postTaskCode: code,
    })),
  };
}

export const scheduleOf = (workflowDefinitionCode: number): ScheduleSpec => ({
  workflowDefinitionCode,
  crontab: '0 0 3 * * ? *',
  timezoneId: 'Europe/Oslo',
  startTime: '2026-01-01 00:00:00',
  endTime: '2036-01-01 00:00:00',
  failureStrategy: 'CONTINUE',
  warningType: 'NONE',
  warningGroupId: 0,
  workerGroup: 'default',
  environmentCode: -1,
  priority: 'MEDIUM',
  tenantCode: TENANT,
});

export const newProject = (client: Client): Promise<Project> =>
  client.projects.create({ name: unique('project'), description: '' });

/** Creates a workflow, and reads what it has become. */
export async function createAndRead(
  client: Client,
  projectCode: number,
  spec: WorkflowDefinitionSpec,
): Promise<WorkflowDefinition> {
  const { code } = await client.workflows.create(projectCode, spec);
  const workflow = await client.workflows.get(projectCode, code);
  if (!workflow) throw new Error(`${spec.name} is gone`);
  return workflow;
}

export async function onlineWorkflow(
  client: Client,
): Promise<{ project: Project; workflow: WorkflowDefinition }> {
  const project = await newProject(client);
  const workflow = await createAndRead(client, project.code, specOf());
  await client.workflows.release(project.code, workflow.code, 'ONLINE');
  return { project, workflow };
}

export async function scheduled(client: Client) {
  const { project, workflow } = await onlineWorkflow(client);
  const schedule = await client.schedules.create(project.code, scheduleOf(workflow.code));
  return { project, workflow, schedule };
}

export async function started(client: Client) {
  const { project, workflow } = await onlineWorkflow(client);
  const run = await client.runs.start(project.code, {
    workflowDefinitionCode: workflow.code,
    params: { day: '2026-01-31' },
  });
  const [task] = await client.runs.tasks(project.code, run);
  return { project, workflow, run, task: task! };
}

export const newUser = (client: Client) =>
  client.users.create({
    userName: unique('user'),
    password: 'a-password-of-a-test',
    email: 'user@example.com',
    tenantId: -1,
  });
export const newEnvironment = (client: Client) =>
  client.environments.create({
    name: unique('environment'),
    config: 'export A=1',
    description: '',
    workerGroups: ['default'],
  });
export const newAlertGroup = (client: Client) =>
  client.alerts.createGroup({ groupName: unique('alerts'), description: '', alertInstanceIds: [] });
export const newWebhook = (client: Client) =>
  client.alerts.createWebhook({ instanceName: unique('hook'), url: 'http://127.0.0.1:1/hook' });

export const newTenant = (client: Client) =>
  client.tenants.create({ tenantCode: unique('tenant'), description: 'one' });
export const newQueue = (client: Client) =>
  client.queues.create({ queueName: unique('queue'), queue: unique('root') });
export const newWorkerGroup = (client: Client) =>
  client.workerGroups.create({ name: unique('workers'), addresses: ['127.0.0.1:1234'] });
export const parameterOf = () => ({ name: unique('parameter'), value: 'north' });
export const newDatasource = (client: Client) =>
  client.datasources.create({
    name: unique('datasource'),
    type: 'POSTGRESQL',
    host: '127.0.0.1',
    port: 5432,
    database: 'sales',
    user: 'sales',
    password: 'a-password-of-a-test',
  });
export const taskGroupOf = () => ({ name: unique('task-group'), description: '', groupSize: 1 });
export async function newTaskGroup(client: Client) {
  return client.taskGroups.create((await newProject(client)).code, taskGroupOf());
}

/** All that an iterator gives. */
export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

export async function tenantOfMine(client: Client): Promise<void> {
  const code = TENANT;
  const tenant =
    (await client.tenants.find(code)) ??
    (await client.tenants.create({ tenantCode: code, description: '' }));
  const me = await client.currentUser();
  await client.users.update(me, { tenantId: tenant.id });
}
