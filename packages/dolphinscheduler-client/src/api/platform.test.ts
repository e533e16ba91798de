import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  collect,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
  unlessInUse,
} from '../__testUtils__/server';
import type { AlertPluginInstance, DolphinSchedulerClient, Environment } from '../client';

let admin: DolphinSchedulerClient;

beforeAll(async () => {
  admin = await adminClient();
});

describe('projects', () => {
  it('are made, listed, found by their whole name and taken away', async () => {
    const name = unique('project');
    const made = await admin.projects.create({ name, description: 'a project' });
    expect(made).toEqual({
      id: expect.any(Number),
      code: expect.any(Number),
      name,
      description: 'a project',
      owner: 'admin',
    });
    expect(await admin.projects.find(name)).toEqual(made);
    expect(await admin.projects.find(name.slice(0, -1))).toBeUndefined();
    expect(await admin.projects.list()).toContainEqual(made);
    expect(await collect(admin.projects.listAll())).toContainEqual(made);
    await expect(admin.projects.create({ name, description: '' })).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
      serverCode: 10019,
    });

    await admin.workflows.create(made.code, chain('w', shellTask('a', 'true')));
    await expect(admin.projects.delete(made.code)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 10137,
    });
    await removeProject(admin, made);
    expect(await admin.projects.find(name)).toBeUndefined();
    await expect(admin.projects.delete(made.code)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });
});

describe('environments', () => {
  const made: Environment[] = [];

  afterAll(async () => {
    for (const { code } of made) {
      // Task definitions outlive their workflow on 3.1, and go on using their environment.
      await unlessInUse(admin.environments.delete(code));
    }
  });

  it('are made, found, changed and listed', async () => {
    const spec = {
      name: unique('environment'),
      config: "export GREETING='good day; ${HOME} & more'\nexport OTHER=ÆØÅ+%20",
      description: 'two lines',
      workerGroups: ['default'],
    };
    expect(await admin.environments.find(spec.name)).toBeUndefined();
    const environment = await admin.environments.create(spec);
    made.push(environment);
    expect(environment).toEqual({ code: expect.any(Number), ...spec });
    expect(await admin.environments.find(spec.name)).toEqual(environment);
    await expect(admin.environments.create(spec)).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
      serverCode: 120002,
    });

    const changed = { ...environment, config: 'export GREETING=hello', description: '' };
    await admin.environments.update(changed);
    expect(await admin.environments.list()).toContainEqual(changed);
    expect(await collect(admin.environments.listAll())).toContainEqual(changed);
  });

  it('are deleted, but not while a task uses them', async () => {
    const spec = {
      name: unique('environment'),
      config: 'export A=1',
      description: '',
      workerGroups: [],
    };
    const { code } = await admin.environments.create(spec);
    await admin.environments.delete(code);
    expect(await admin.environments.find(spec.name)).toBeUndefined();
    await expect(admin.environments.delete(code)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    const lost = await admin.environments.create(spec);
    const proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
    const client = await adminClient({ url: proxy.url });
    proxy.plan = firstTimes(1, ({ path }) => path === '/environment/delete', {
      kind: 'lose-answer',
    });
    await client.environments.delete(lost.code);
    expect(proxy.count('POST', '/environment/delete')).toBe(2);
    await proxy.stop();
    const used = await admin.environments.create(spec);
    made.push(used);
    const project = await admin.projects.create({ name: unique('environment'), description: '' });
    const task = { ...shellTask('say', 'true'), environmentCode: used.code };
    await admin.workflows.create(project.code, chain('say', task));
    await expect(admin.environments.delete(used.code)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 120007,
    });
    await removeProject(admin, project);
  });

  it('refuse to be empty', async () => {
    const spec = { name: unique('environment'), config: '', description: '', workerGroups: [] };
    await expect(admin.environments.create(spec)).rejects.toMatchObject({
      code: 'CLIENT_INVALID',
      serverCode: 120004,
    });
  });

  it('reach the tasks', async () => {
    const environment = await admin.environments.create({
      name: unique('environment'),
      config: 'export COLOUR=violet',
      description: '',
      workerGroups: ['default'],
    });
    made.push(environment);
    const project = await admin.projects.create({ name: unique('environment'), description: '' });
    const task = shellTask('say', 'test "$COLOUR" = violet');
    const withIt = { ...task, environmentCode: environment.code };
    const { code } = await online(admin, project, chain('say', withIt));
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    const run = await finished(admin, project, id);
    await removeProject(admin, project);
    expect(run.state).toBe('SUCCESS');
  });
});

describe('worker groups', () => {
  it('are listed with the workers in them', async () => {
    const groups = await admin.workerGroups.list();
    expect(groups).toContainEqual({
      name: 'default',
      addresses: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
    });
    expect(await collect(admin.workerGroups.listAll())).toEqual(groups);
  });

  it('are made of workers that run, found and deleted; 3.1.1 can not change them', async () => {
    const standard = await admin.workerGroups.find('default');
    const spec = {
      name: unique('group'),
      addresses: standard!.addresses,
      description: 'the same workers',
    };
    expect(await admin.workerGroups.find(spec.name)).toBeUndefined();
    const group = await admin.workerGroups.create(spec);
    expect(group).toEqual({ id: expect.any(Number), ...spec });
    expect(await admin.workerGroups.find(spec.name)).toEqual(group);
    await expect(admin.workerGroups.create(spec)).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
      serverCode: 10135,
    });
    await expect(admin.workerGroups.update({ ...group, addresses: [] })).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
    await admin.workerGroups.delete(group.id!);
    expect(await admin.workerGroups.find(spec.name)).toBeUndefined();
    await expect(admin.workerGroups.delete(group.id!)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    const stranger = { name: unique('group'), addresses: ['127.0.0.1:1'] };
    await expect(admin.workerGroups.create(stranger)).rejects.toMatchObject({
      code: 'CLIENT_INVALID',
      serverCode: 10177,
    });
  });
});

describe('project parameters', () => {
  it('are not to be had on 3.1', async () => {
    const parameter = { name: 'region', value: 'north' };
    const refused = { code: 'CLIENT_UNSUPPORTED' };
    await expect(admin.projectParameters.create(1, parameter)).rejects.toMatchObject(refused);
    await expect(admin.projectParameters.find(1, 'region')).rejects.toMatchObject(refused);
    await expect(collect(admin.projectParameters.listAll(1))).rejects.toMatchObject(refused);
    await expect(
      admin.projectParameters.update(1, { code: 1, ...parameter }),
    ).rejects.toMatchObject(refused);
    await expect(admin.projectParameters.delete(1, 1)).rejects.toMatchObject(refused);
  });
});

describe('alerts', () => {
  const received: string[] = [];
  const receiver = createServer((req, res) => {
    let body = '';
    req.on('data', chunk => {
      body += String(chunk);
    });
    req.on('end', () => {
      received.push(body);
      res.end('ok');
    });
  });
  let webhook: AlertPluginInstance;
  let url: string;

  beforeAll(async () => {
    await new Promise<void>(resolve => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alerts`;
    const wrong = { instanceName: unique('webhook'), url: 'http://127.0.0.1:1/nobody' };
    const made = await admin.alerts.createWebhook(wrong);
    // That it is changed shows where alerts arrive.
    webhook = { id: made.id, instanceName: unique('webhook') };
    await admin.alerts.updateWebhook(made.id, { instanceName: webhook.instanceName, url });
  });
  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise(resolve => receiver.close(resolve));
    // A new server's default group names the instances 1 and 2 before there are any.
    await unlessInUse(admin.alerts.deleteInstance(webhook.id));
  });

  it('find a webhook by its name, and make no second one', async () => {
    const { instanceName } = webhook;
    expect(await admin.alerts.findInstance(instanceName)).toEqual(webhook);
    expect(await admin.alerts.findInstance('nobody-has-this')).toBeUndefined();
    await expect(admin.alerts.createWebhook({ instanceName, url })).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
    });
  });

  it('arrive from a group that a workflow warns', async () => {
    const groupName = unique('group');
    expect(await admin.alerts.findGroup(groupName)).toBeUndefined();
    const group = await admin.alerts.createGroup({
      groupName,
      description: 'nobody yet',
      alertInstanceIds: [],
    });
    expect(await admin.alerts.findGroup(groupName)).toEqual(group);
    await expect(
      admin.alerts.createGroup({ groupName, description: '', alertInstanceIds: [] }),
    ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN' });
    const full = { ...group, description: 'on call', alertInstanceIds: [webhook.id] };
    await admin.alerts.updateGroup(full);
    expect(await admin.alerts.findGroup(groupName)).toEqual(full);

    const project = await admin.projects.create({ name: unique('alerts'), description: '' });
    const { code } = await online(admin, project, chain('breaks', shellTask('break', 'exit 3')));
    const id = await admin.runs.start(project.code, {
      workflowDefinitionCode: code,
      warningType: 'FAILURE',
      warningGroupId: group.id,
    });
    expect(await finished(admin, project, id)).toMatchObject({ state: 'FAILURE' });
    for (const end = Date.now() + 60_000; received.length === 0 && Date.now() < end;) {
      await sleep(100);
    }
    await removeProject(admin, project);
    expect(await collect(admin.alerts.listAllGroups())).toContainEqual(full);
    expect(await collect(admin.alerts.listAllInstances())).toContainEqual(webhook);
    await expect(admin.alerts.deleteInstance(webhook.id)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 110012,
    });
    await admin.alerts.deleteGroup(group.id);
    expect(await admin.alerts.findGroup(groupName)).toBeUndefined();

    const alert = JSON.parse(received[0] ?? '{}') as { source?: string; content?: string };
    expect(alert.source).toBe('dolphinscheduler');
    expect(JSON.parse(alert.content ?? '[]')).toMatchObject([
      { projectName: project.name, processId: id, taskName: 'break', taskState: 'FAILURE' },
    ]);
  });
});
