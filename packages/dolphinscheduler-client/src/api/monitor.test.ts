import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  collect,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient } from '../client';
import { createClient } from '../create-client';

let admin: DolphinSchedulerClient;

beforeAll(async () => {
  admin = await adminClient();
});

describe('statistics', () => {
  it('count tasks, runs and definitions of a project and of a time', async () => {
    const project = await admin.projects.create({ name: unique('counts'), description: '' });
    const { code: projectCode } = project;
    const good = await online(
      admin,
      project,
      chain('good', shellTask('a', 'true'), shellTask('b', 'true')),
    );
    const bad = await online(admin, project, chain('bad', shellTask('c', 'exit 1')));
    for (const { code } of [good, good, bad]) {
      await finished(
        admin,
        project,
        await admin.runs.start(projectCode, { workflowDefinitionCode: code }),
      );
    }
    const tasks = await admin.statistics.taskStates({ projectCode });
    expect(tasks).toMatchObject({ total: 5, states: { SUCCESS: 4, FAILURE: 1 } });
    const runs = await admin.statistics.workflowStates({ projectCode });
    expect(runs).toMatchObject({ total: 3, states: { SUCCESS: 2, FAILURE: 1 } });
    const long = { projectCode, from: '2000-01-01 00:00:00', until: '2099-01-01 00:00:00' };
    expect(await admin.statistics.taskStates(long)).toMatchObject({ total: 5 });
    const past = { projectCode, from: '2000-01-01 00:00:00', until: '2000-01-02 00:00:00' };
    expect(await admin.statistics.workflowStates(past)).toMatchObject({ total: 0 });
    expect(await admin.statistics.definitions(projectCode)).toEqual({
      total: 2,
      users: [{ userId: expect.any(Number), userName: 'admin', count: 2 }],
    });
    const all = await admin.statistics.taskStates();
    expect(all.total).toBeGreaterThanOrEqual(5);
    expect((await admin.statistics.definitions()).total).toBeGreaterThanOrEqual(2);
    await expect(admin.statistics.taskStates({ projectCode: 123 })).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    await removeProject(admin, project);
  });
});

describe('the audit log', () => {
  // Nothing in 3.1.1 writes into it, whatever its configuration says.
  it('is not to be had on 3.1', async () => {
    await expect(collect(admin.audit.listAll())).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
  });
});

describe('the monitor', () => {
  it('shows masters, workers and the database', async () => {
    const running = {
      host: '127.0.0.1',
      port: expect.any(Number),
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      lastHeartbeatTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      cpuUsage: expect.any(Number),
      memoryUsage: expect.any(Number),
      heartbeat: expect.objectContaining({ processId: expect.any(Number) }),
    };
    expect(await admin.monitor.masters()).toEqual([running]);
    const workers = await admin.monitor.workers();
    expect(workers).toEqual([running]);
    expect(workers[0]!.memoryUsage).toBeGreaterThan(0);
    expect(workers[0]!.memoryUsage).toBeLessThan(1);
    expect(await admin.monitor.databases()).toEqual([
      {
        type: 'POSTGRESQL',
        healthy: true,
        maxConnections: expect.any(Number),
        connections: expect.any(Number),
        runningConnections: expect.any(Number),
      },
    ]);
    await expect(admin.monitor.alertServers()).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
  });

  it('tells health and metrics without a login', async () => {
    const { url } = testPlatform().dolphinscheduler;
    const stranger = await createClient({ url, token: 'not-a-token', line: '3.1' });
    expect(await stranger.monitor.health()).toMatchObject({
      up: true,
      status: 'UP',
      components: { db: 'UP' },
    });
    const samples = await stranger.monitor.metrics();
    const named = (name: string) => samples.filter(sample => sample.name === name);
    expect(named('ds_task_dispatch_count_total')).toEqual([
      {
        name: 'ds_task_dispatch_count_total',
        labels: {},
        value: expect.any(Number),
        type: 'counter',
      },
    ]);
    expect(named('ds_worker_resource_download_count_total').map(each => each.labels)).toEqual(
      expect.arrayContaining([{ status: 'success' }, { status: 'fail' }]),
    );
    expect(named('jvm_memory_used_bytes')[0]).toMatchObject({ type: 'gauge' });
    const last = named('ds_task_execution_duration_seconds_bucket').at(-1);
    expect(last).toMatchObject({ labels: { le: '+Inf' }, type: 'histogram' });
  });

  it('says when something else answers', async () => {
    const { url } = testPlatform().dolphinscheduler;
    const elsewhere = await createClient({ url: `${url}/nowhere`, token: 'none', line: '3.1' });
    const unexpected = { code: 'CLIENT_UNEXPECTED_ANSWER' };
    await expect(elsewhere.monitor.health()).rejects.toMatchObject(unexpected);
    await expect(elsewhere.monitor.metrics()).rejects.toMatchObject(unexpected);
    const proxy = await FaultyProxy.start(url);
    const gone = await createClient({ url: proxy.url, token: 'none', line: '3.1', retries: 0 });
    await proxy.stop();
    await expect(gone.monitor.health()).rejects.toMatchObject({ code: 'CLIENT_UNREACHABLE' });
  });
});
