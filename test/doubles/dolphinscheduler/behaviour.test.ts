import { setTimeout as sleep } from 'node:timers/promises';
import {
  createClient,
  type DolphinSchedulerClient,
  type ServerLine,
} from '@dolphinstage/dolphinscheduler-client';
import { DolphinSchedulerDouble, PASSWORD, TOKEN, type Recorded } from './server';
import {
  collect,
  createAndRead,
  newProject,
  onlineWorkflow,
  scheduleOf,
  shell,
  specOf,
  started,
} from './made';

const LINES: readonly ServerLine[] = ['3.1', '3.2', '3.3', '3.4'];
const NEWER: readonly ServerLine[] = ['3.2', '3.3', '3.4'];

let double: DolphinSchedulerDouble;
let client: DolphinSchedulerClient;

async function open(line: ServerLine): Promise<void> {
  double = await DolphinSchedulerDouble.start(line);
  client = await createClient({ url: double.url, token: TOKEN, retries: 1 });
}

afterEach(async () => {
  await double.stop();
  if (double.faults.length > 0) throw new Error(double.faults.join());
});

const isStart = ({ path }: Recorded) => /\/start-(process|workflow)-instance$/.test(path);
const sent = (what: (request: Recorded) => boolean) => double.requests.filter(what);

describe.each(LINES)('callers of line %s', line => {
  beforeEach(() => open(line));

  it('write a workflow and read it as they wrote it', async () => {
    const { code } = await newProject(client);
    const spec = specOf([shell('a'), shell('数据 🐬 "b"')]);
    const made = await createAndRead(client, code, spec);
    const tenantCode = client.capabilities.tenantOnDefinition ? spec.tenantCode : '';
    const tasks = spec.tasks.map(task => ({ ...task, version: 1 }));
    expect(made).toMatchObject({ ...spec, tasks, tenantCode, version: 1, releaseState: 'OFFLINE' });
    expect(await client.workflows.get(code, made.code)).toEqual(made);
    expect(await client.workflows.findByName(code, spec.name)).toEqual(made);
    expect(await client.workflows.get(code, 1)).toBeUndefined();
  });

  it('are told what stands against a change', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    const conflict = { code: 'CLIENT_CONFLICT' };
    await expect(client.workflows.delete(project.code, workflow.code)).rejects.toMatchObject(
      conflict,
    );
    await expect(
      client.workflows.update(project.code, workflow.code, workflow),
    ).rejects.toMatchObject({ ...conflict, serverCode: 50008 });
    await expect(client.projects.delete(project.code)).rejects.toMatchObject(conflict);
    await expect(client.workflows.create(project.code, workflow)).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
      serverCode: 10168,
    });
  });

  it('have one schedule a workflow, and lose it when the workflow goes offline', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    const spec = scheduleOf(workflow.code);
    const made = await client.schedules.create(project.code, spec);
    const tenantCode = client.capabilities.tenantOnDefinition ? '' : spec.tenantCode;
    expect(made).toMatchObject({ ...spec, tenantCode, releaseState: 'OFFLINE' });
    await expect(client.schedules.create(project.code, spec)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    await client.schedules.update(project.code, made.id, { ...spec, crontab: '0 30 4 * * ? *' });
    await client.schedules.release(project.code, made.id, 'ONLINE');
    await client.workflows.release(project.code, workflow.code, 'OFFLINE');
    const [live] = await client.schedules.list(project.code, workflow.code);
    expect(live).toMatchObject({ crontab: '0 30 4 * * ? *', releaseState: 'OFFLINE' });
    await client.schedules.delete(project.code, made.id);
    await expect(client.schedules.delete(project.code, made.id)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('get the id of what they start, with its parameters', async () => {
    const { project, workflow, run } = await started(client);
    const found = await client.runs.get(project.code, run);
    expect(found).toMatchObject({ workflowDefinitionCode: workflow.code, final: false });
    const row = double.store.instances.find(each => each.id === run);
    expect(String(row?.commandParam)).toContain('2026-01-31');
  });

  it('get it also where the answer to a start got lost, and nothing is started twice', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    double.cut = request => (isStart(request) ? 'after' : undefined);
    const run = await client.runs.start(project.code, { workflowDefinitionCode: workflow.code });
    expect(double.store.instances.map(({ id }) => id)).toEqual([run]);
    expect(sent(isStart)).toHaveLength(1);
  });

  it('are told that a start is unclear where nothing came of it', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    const hasty = await createClient({ url: double.url, token: TOKEN, startTimeoutMs: 300 });
    double.cut = request => (isStart(request) ? 'before' : undefined);
    await expect(
      hasty.runs.start(project.code, { workflowDefinitionCode: workflow.code }),
    ).rejects.toMatchObject({ code: 'CLIENT_UNREACHABLE', unclear: true });
    expect(double.store.instances).toEqual([]);
  });

  it('get the ids of a backfill, with its times in order', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    const ids = await client.runs.backfill(project.code, {
      workflowDefinitionCode: workflow.code,
      from: '2026-01-01 00:00:00',
      until: '2026-01-03 00:00:00',
      mode: 'serial',
    });
    const rows = await client.runs.list(project.code, {
      workflowDefinitionCode: workflow.code,
    });
    expect(rows.map(row => row.scheduleTime?.slice(0, 10)).sort()).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
    ]);
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(ids.length).toBeGreaterThan(0);
    const newest = client.runs.backfill(project.code, {
      workflowDefinitionCode: workflow.code,
      dates: ['2026-02-01 00:00:00'],
      mode: 'serial',
      order: 'newest-first',
    });
    const outcome = await newest.then(
      () => 'done',
      (error: Error & { code?: string }) => error.code ?? error.message,
    );
    expect(outcome).toBe(client.capabilities.backfillOrder ? 'done' : 'CLIENT_UNSUPPORTED');
  });

  it('can not start what is offline', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    await client.workflows.release(project.code, workflow.code, 'OFFLINE');
    await expect(
      client.runs.start(project.code, { workflowDefinitionCode: workflow.code }),
    ).rejects.toMatchObject({ code: 'CLIENT_CONFLICT', serverCode: 50004 });
  });

  it('are told when a control does not go with the state', async () => {
    const { project, run } = await started(client);
    await expect(client.runs.control(project.code, run, 'FROM_FAILURE')).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    await client.runs.control(project.code, run, 'STOP');
    await expect(client.runs.control(project.code, run, 'PAUSE')).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    await expect(client.runs.control(project.code, 987, 'STOP')).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('list runs and tasks by what they ask for', async () => {
    const { project, workflow, run, task } = await started(client);
    const ids = async (filter: Parameters<typeof client.runs.listAll>[1]) =>
      (await collect(client.runs.listAll(project.code, filter))).map(({ id }) => id);
    expect(await ids({ workflowDefinitionCode: workflow.code })).toEqual([run]);
    expect(await ids({ state: 'SUCCESS' })).toEqual([]);
    expect(await ids({ startedFrom: '2026-06-01 00:00:00' })).toEqual([]);
    expect(await ids({ startedUntil: '2026-06-01 00:00:00', search: workflow.name })).toEqual([
      run,
    ]);
    const tasks = client.runs.listAllTasks(project.code, { workflowInstanceId: run });
    expect(await collect(tasks)).toEqual([
      { ...task, workflowInstanceId: run, workflowInstanceName: `${workflow.name}-1-${run}` },
    ]);
    const others = client.runs.listAllTasks(project.code, { taskName: 'b' });
    expect(await collect(others)).toEqual([]);
  });

  it('find the run that is a part of another, and the other way', async () => {
    const { project, run, task } = await started(client);
    const part = await started(client);
    expect(await client.runs.subRun(project.code, task.id)).toBeUndefined();
    expect(await client.runs.parentRun(project.code, part.run)).toBeUndefined();
    const row = double.store.tasks.find(({ id }) => id === task.id)!;
    row.taskType = line === '3.1' || line === '3.2' ? 'SUB_PROCESS' : 'SUB_WORKFLOW';
    expect(await client.runs.subRun(project.code, task.id)).toBeUndefined();
    double.store.instances.find(({ id }) => id === part.run)!.parentTaskId = task.id;
    expect(await client.runs.subRun(project.code, task.id)).toBe(part.run);
    expect(await client.runs.parentRun(project.code, part.run)).toBe(run);
  });

  it('force only a task that has failed, of a run that has ended', async () => {
    const { project, run, task } = await started(client);
    const conflict = { code: 'CLIENT_CONFLICT' };
    await expect(client.runs.forceSuccess(project.code, task.id)).rejects.toMatchObject(conflict);
    await client.runs.control(project.code, run, 'STOP');
    await client.runs.forceSuccess(project.code, task.id);
    expect(await client.runs.tasks(project.code, run)).toMatchObject([{ state: 'FORCED_SUCCESS' }]);
    await expect(client.runs.forceSuccess(project.code, task.id)).rejects.toMatchObject(conflict);
  });

  it('follow a log to its end', async () => {
    const { project, run, task } = await started(client);
    const lines = await collect(client.runs.followLog(project.code, run, task.id));
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/FINALIZE_SESSION$/);
  });

  it('can stop an instance at once, which the server can not in its first moments', async () => {
    const { project, run } = await started(client);
    const row = double.store.instances.find(({ id }) => id === run)!;
    row.state = 'SUBMITTED_SUCCESS';
    let asked = 0;
    double.cut = ({ path }) => {
      if (path.endsWith('/execute') && ++asked === 3) row.state = 'RUNNING_EXECUTION';
      return undefined;
    };
    await client.runs.control(project.code, run, 'STOP');
    expect(row.state).toBe('STOP');
    expect(asked).toBe(line === '3.1' || line === '3.2' ? 1 : 3);
  });

  it('read lists that are longer than a page', async () => {
    const { code } = await newProject(client);
    const names = Array.from({ length: 450 }, (_, index) => `workflow-${index}`);
    for (const name of names) await client.workflows.create(code, { ...specOf(), name });
    const listed = await client.workflows.list(code);
    expect(listed.map(row => row.name).sort()).toEqual([...names].sort());
  });

  it('upload files, replace them and delete no folder that is not empty', async () => {
    const tenant = await client.tenants.create({ tenantCode: 'root', description: '' });
    await client.users.update(await client.currentUser(), { tenantId: tenant.id });
    const name = '/deep/er/pack.cjs';
    expect(await client.resources.find(name)).toBeUndefined();
    const first = await client.resources.upload(name, Buffer.from('one'));
    expect(first).toMatchObject({ directory: false, size: 3 });
    expect(first.fullName.endsWith(name)).toBe(true);
    expect(first.fullName === name).toBe(!client.capabilities.resourcesByName);
    const second = await client.resources.upload('deep/er/pack.cjs', Buffer.from('three'));
    expect(second).toEqual({ ...first, size: 5 });
    expect(await client.resources.find(name)).toEqual(second);
    const folder = await client.resources.find('/deep/er');
    expect(folder).toMatchObject({ directory: true });
    await expect(client.resources.upload('/deep/er', Buffer.from('x'))).rejects.toMatchObject({
      code: line === '3.1' || line === '3.2' ? 'CLIENT_CONFLICT' : 'CLIENT_INVALID',
    });
    await expect(client.resources.delete(folder!)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    await client.resources.delete(second);
    expect(await client.resources.find(name)).toBeUndefined();
    await client.resources.delete(folder!);
    await expect(client.resources.delete(second)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('grant a project, see it, and take it away', async () => {
    const { code } = await newProject(client);
    await newProject(client);
    const email = 'a@example.com';
    const user = { userName: 'a', password: 'a-password', email, tenantId: -1 };
    const { id } = await client.users.create(user);
    await client.users.grantProject(id, code);
    expect(await client.users.grantedProjects(id)).toMatchObject([{ code }]);
    await client.users.revokeProject(id, code);
    expect(await client.users.grantedProjects(id)).toEqual([]);
  });

  it('see what is counted, in the words of the line', async () => {
    const counts = { total: 1, states: { SUCCESS: 1 } };
    expect(await client.statistics.taskStates()).toEqual(counts);
    expect(await client.statistics.workflowStates()).toEqual(counts);
    await onlineWorkflow(client);
    expect(await client.statistics.definitions()).toEqual({
      total: 1,
      users: [{ userId: 1, userName: 'admin', count: 1 }],
    });
  });

  it('see how servers are', async () => {
    const state = { host: '127.0.0.1', cpuUsage: 0.5, memoryUsage: 0.2 };
    const heartbeat = { cpuUsage: 0.5, memoryUsage: 0.2, processId: 7 };
    expect(await client.monitor.masters()).toMatchObject([{ ...state, port: 5678, heartbeat }]);
    expect(await client.monitor.workers()).toMatchObject([{ ...state, port: 1234, heartbeat }]);
    expect(await client.monitor.databases()).toMatchObject([{ type: 'POSTGRESQL', healthy: true }]);
    expect(await client.monitor.health()).toEqual({ up: true, status: 'UP', components: {} });
    expect(await client.monitor.metrics()).toEqual([
      { name: 'ds_task_success_total', labels: {}, value: 1, type: 'untyped' },
    ]);
  });

  it('list what is in a folder', async () => {
    const tenant = await client.tenants.create({ tenantCode: 'root', description: '' });
    await client.users.update(await client.currentUser(), { tenantId: tenant.id });
    const made = await client.resources.upload('/deep/er/pack.cjs', Buffer.from('one'));
    const top = await collect(client.resources.listAll());
    expect(top).toMatchObject([{ fullName: expect.stringMatching(/deep$/), directory: true }]);
    expect(await collect(client.resources.listAll('/deep/er'))).toEqual([made]);
  });

  it('see who uses a workflow, in the words of the line', async () => {
    const project = await newProject(client);
    const other = await newProject(client);
    const used = await client.workflows.create(project.code, specOf());
    const old = line === '3.1' || line === '3.2';
    const sub = shell('run', {
      taskType: old ? 'SUB_PROCESS' : 'SUB_WORKFLOW',
      taskParams: { [`${old ? 'process' : 'workflow'}DefinitionCode`]: used.code },
    });
    const wait = shell('wait', {
      taskType: 'DEPENDENT',
      taskParams: {
        dependence: { dependTaskList: [{ dependItemList: [{ definitionCode: used.code }] }] },
      },
    });
    const runs = await createAndRead(client, project.code, specOf([sub]));
    const waits = await createAndRead(client, other.code, specOf([wait]));
    expect(await client.workflows.dependants([used.code])).toEqual([
      {
        used: used.code,
        projectCode: project.code,
        workflowDefinitionCode: runs.code,
        workflowName: runs.name,
        taskCode: sub.code,
        taskName: 'run',
        kind: 'SUB_WORKFLOW',
      },
      {
        used: used.code,
        projectCode: other.code,
        workflowDefinitionCode: waits.code,
        workflowName: waits.name,
        taskCode: wait.code,
        taskName: 'wait',
        kind: 'DEPENDENT',
      },
    ]);
  });

  it('open and close a task group, and see its tasks', async () => {
    const { code } = await newProject(client);
    const spec = { name: 'loads', description: '', groupSize: 2 };
    const group = await client.taskGroups.create(code, spec);
    expect(group).toMatchObject({ ...spec, open: true });
    await client.taskGroups.start(group.id);
    await client.taskGroups.close(group.id);
    await client.taskGroups.close(group.id);
    expect(await client.taskGroups.find(code, 'loads')).toEqual({ ...group, open: false });
    await expect(client.taskGroups.update(group.id, spec)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    expect(await collect(client.taskGroups.listAllEntries(group.id))).toEqual([
      {
        id: 1,
        taskName: 'load',
        workflowInstanceId: 7,
        workflowInstanceName: 'orders-1',
        status: 'WAITING',
        priority: 0,
        forced: false,
      },
    ]);
  });

  it('go through lists that are longer than a page, each row once', async () => {
    const rows = Array.from({ length: 450 }, (_, id) => ({ id, name: `d-${id}`, type: 'MYSQL' }));
    double.store.dataSources.push(...rows);
    expect(await collect(client.datasources.listAll())).toEqual(rows);
    expect(sent(({ path }) => path === '/datasources')).toHaveLength(3);
    // The server orders rows anew while they are read: some come twice, others only at the end.
    const { dataSources } = double.store;
    double.cut = ({ path, fields }) => {
      if (path === '/datasources' && fields.pageNo === '2')
        dataSources.push(...dataSources.splice(0, 100));
      return undefined;
    };
    const found = await collect(client.datasources.listAll());
    expect(found.sort((one, other) => one.id - other.id)).toEqual(rows);
  });

  it('take as long for an iterator as they like', async () => {
    const rows = Array.from({ length: 250 }, (_, id) => ({ id, name: `d-${id}`, type: 'MYSQL' }));
    double.store.dataSources.push(...rows);
    const hasty = await createClient({ url: double.url, token: TOKEN, deadlineMs: 300 });
    const found: number[] = [];
    for await (const { id } of hasty.datasources.listAll()) {
      if (id === 0) await sleep(600);
      found.push(id);
    }
    expect(found).toHaveLength(rows.length);
  });

  it('are refused with a wrong token, and let in with a password', async () => {
    const stranger = await createClient({ url: double.url, token: 'another-token' });
    await expect(stranger.currentUser()).rejects.toMatchObject({ code: 'CLIENT_UNAUTHORIZED' });
    const byPassword = await createClient({ url: double.url, user: 'admin', password: PASSWORD });
    expect(await byPassword.currentUser()).toEqual(await client.currentUser());
    const wrong = await createClient({ url: double.url, user: 'admin', password: 'not-this-one' });
    await expect(wrong.currentUser()).rejects.toMatchObject({ serverCode: 10013 });
  });

  it.each([
    [
      'a cache',
      'taskCache',
      async () => {
        const { code } = await newProject(client);
        const made = await createAndRead(client, code, specOf([shell('a', { cache: true })]));
        expect(made.tasks[0]).toMatchObject({ cache: true });
      },
    ],
    [
      "a project's parameters",
      'projectParameters',
      async () => {
        const { code } = await newProject(client);
        const made = await client.projectParameters.create(code, { name: 'region', value: 'n' });
        expect(made).toEqual({ code: made.code, name: 'region', value: 'n', type: 'VARCHAR' });
        await expect(
          client.projectParameters.create(code, { name: 'region', value: 's' }),
        ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN', serverCode: 10218 });
        await client.projectParameters.update(code, { ...made, value: 's' });
        const changed = { ...made, value: 's' };
        expect(await client.projectParameters.find(code, 'region')).toEqual(changed);
        expect(await collect(client.projectParameters.listAll(code))).toEqual([changed]);
        await client.projectParameters.delete(code, made.code);
        expect(await client.projectParameters.find(code, 'region')).toBeUndefined();
        await expect(client.projectParameters.delete(code, made.code)).rejects.toMatchObject({
          code: 'CLIENT_NOT_FOUND',
        });
      },
    ],
    [
      "types of a project's parameters",
      'projectParameterTypes',
      async () => {
        const { code } = await newProject(client);
        const parameter = { name: 'days', value: '3', type: 'INTEGER' };
        const made = await client.projectParameters.create(code, parameter);
        expect(made).toMatchObject(parameter);
        await client.projectParameters.update(code, { ...made, value: '4' });
        expect(await client.projectParameters.find(code, 'days')).toEqual({ ...made, value: '4' });
      },
    ],
    [
      'an audit log',
      'auditLog',
      async () => {
        const time = (index: number) =>
          new Date(Date.UTC(2026, 0, 1) - index * 1_000)
            .toISOString()
            .slice(0, 19)
            .replace('T', ' ');
        const row = (index: number) => ({
          userName: 'admin',
          modelType: 'Project',
          modelName: `sales-${index}`,
          operation: 'Create',
          createTime: time(index),
          description: null,
          detail: null,
          latency: '6',
        });
        const { audit } = double.store;
        audit.push(...Array.from({ length: 250 }, (_, index) => row(index)), row(249));
        const found: string[] = [];
        for await (const entry of client.audit.listAll()) {
          // One that comes while the list is read moves all others.
          if (found.length === 0) audit.unshift(row(-100));
          found.push(entry.modelName);
        }
        expect(found).toEqual([
          ...Array.from({ length: 250 }, (_, i) => `sales-${i}`),
          'sales-249',
        ]);
        const some = { from: time(3), until: time(1) };
        expect(await collect(client.audit.listAll(some))).toEqual([
          {
            userName: 'admin',
            modelType: 'Project',
            modelName: 'sales-1',
            operation: 'Create',
            time: time(1),
            description: '',
            detail: '',
          },
          expect.objectContaining({ modelName: 'sales-2' }),
        ]);
      },
    ],
    [
      'alert servers to look at',
      'alertServerState',
      async () => {
        expect(await client.monitor.alertServers()).toMatchObject([{ port: 50052 }]);
      },
    ],
    [
      'a way to delete a queue',
      'queueDeletion',
      async () => {
        const queue = await client.queues.create({ queueName: 'q', queue: 'root.q' });
        await client.queues.delete(queue.id);
        expect(await client.queues.find('q')).toBeUndefined();
      },
    ],
    [
      'a way to change a worker group',
      'workerGroupUpdates',
      async () => {
        const spec = { name: 'group', addresses: ['127.0.0.1:1234'], description: 'one' };
        const group = await client.workerGroups.create(spec);
        expect(group).toEqual({ ...group, ...spec });
        await client.workerGroups.update({ ...group, addresses: [] });
        expect(await client.workerGroups.find('group')).toEqual({ ...group, addresses: [] });
        const standard = await client.workerGroups.find('default');
        await expect(client.workerGroups.update(standard!)).rejects.toMatchObject({
          code: 'CLIENT_UNSUPPORTED',
        });
      },
    ],
    [
      'a policy for missed times',
      'missedFirePolicy',
      async () => {
        const { project, workflow } = await onlineWorkflow(client);
        const spec = { ...scheduleOf(workflow.code), missedFirePolicy: 'SKIP_MISSED' as const };
        const made = await client.schedules.create(project.code, spec);
        expect(made).toMatchObject({ missedFirePolicy: 'SKIP_MISSED' });
        const other = { ...spec, missedFirePolicy: 'FIRE_ONCE_NOW' as const };
        await client.schedules.update(project.code, made.id, other);
        const [live] = await client.schedules.list(project.code, workflow.code);
        expect(live).toMatchObject({ missedFirePolicy: 'FIRE_ONCE_NOW' });
      },
    ],
  ] as const)('have %s where the line has it, and else are told', async (_, capability, use) => {
    const outcome = await use().then(
      () => 'done',
      (error: Error & { code?: string }) => error.code ?? error.message,
    );
    expect(outcome).toBe(client.capabilities[capability] ? 'done' : 'CLIENT_UNSUPPORTED');
  });
});

describe.each(NEWER)('a start on line %s', line => {
  beforeEach(() => open(line));

  it('carries the tenant, which schedules carry too', async () => {
    const { project, workflow } = await onlineWorkflow(client);
    await client.runs.start(project.code, {
      workflowDefinitionCode: workflow.code,
      tenantCode: 'team',
    });
    expect(double.store.instances[0]).toMatchObject({ tenantCode: 'team' });
    const definition = sent(({ method, path }) => method === 'POST' && /-definition$/.test(path));
    expect(definition[0]?.names).not.toContain('tenantCode');
  });
});

describe('what only some servers do', () => {
  it('3.2 has no instance yet when it answers: the client waits for it', async () => {
    await open('3.2');
    const { project, workflow } = await onlineWorkflow(client);
    double.store.slowMaster = 3;
    const run = await client.runs.start(project.code, { workflowDefinitionCode: workflow.code });
    expect(double.store.instances[0]?.id).toBe(run);
    expect(sent(({ path }) => path.endsWith('/trigger'))).toHaveLength(4);
  });

  it.each<ServerLine>(['3.3', '3.4'])('%s answers the id: no other request is sent', async line => {
    await open(line);
    const { project, workflow } = await onlineWorkflow(client);
    double.requests.length = 0;
    await client.runs.start(project.code, { workflowDefinitionCode: workflow.code });
    expect(double.requests).toHaveLength(1);
  });

  it('3.4.0 to 3.4.2 drop a policy for missed times: the client says so and leaves nothing', async () => {
    await open('3.4');
    const { project, workflow } = await onlineWorkflow(client);
    const spec = scheduleOf(workflow.code);
    const made = await client.schedules.create(project.code, spec);
    double.store.withoutMissedFirePolicy = true;
    const wanted = { ...spec, missedFirePolicy: 'SKIP_MISSED' as const };
    await expect(client.schedules.update(project.code, made.id, wanted)).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
    await client.schedules.delete(project.code, made.id);
    await expect(client.schedules.create(project.code, wanted)).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
    expect(await client.schedules.list(project.code, workflow.code)).toEqual([]);
  });

  it.each<ServerLine>(['3.3', '3.4'])(
    '%s takes a file without extension for a folder',
    async line => {
      await open(line);
      await expect(client.resources.upload('/folder/file', Buffer.from('x'))).rejects.toMatchObject(
        {
          code: 'CLIENT_INVALID',
          todo: expect.stringContaining('extension'),
        },
      );
    },
  );
});
