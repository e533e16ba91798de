import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, Project, ScheduleSpec } from '../client';

let admin: DolphinSchedulerClient;
let proxy: FaultyProxy;
let project: Project;

beforeAll(async () => {
  admin = await adminClient();
  proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
  project = await admin.projects.create({ name: unique('schedules'), description: '' });
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await removeProject(admin, project);
  await proxy.stop();
});

const nightly = (workflowDefinitionCode: number): ScheduleSpec => ({
  workflowDefinitionCode,
  crontab: '0 0 2 * * ? *',
  timezoneId: 'Europe/Oslo',
  startTime: '2026-01-01 00:00:00',
  endTime: '2099-12-31 00:00:00',
  failureStrategy: 'CONTINUE',
  warningType: 'FAILURE',
  warningGroupId: 1,
  workerGroup: 'default',
  environmentCode: -1,
  priority: 'HIGH',
  tenantCode: '',
});

const newWorkflow = () =>
  online(admin, project, chain(unique('scheduled'), shellTask('a', 'true')));

describe('schedules', () => {
  it('come for a whole project as they come for each workflow', async () => {
    const [one, other] = [await newWorkflow(), await newWorkflow()];
    const made = [
      await admin.schedules.create(project.code, nightly(one.code)),
      await admin.schedules.create(project.code, nightly(other.code)),
    ];
    await admin.schedules.release(project.code, made[0]!.id, 'ONLINE');
    const single = await Promise.all(
      [one, other].map(({ code }) => admin.schedules.list(project.code, code)),
    );
    const all = await admin.schedules.listOfProject(project.code);
    expect(all).toEqual(expect.arrayContaining(single.flat()));
    expect(all.filter(({ id }) => id === made[0]!.id)).toMatchObject([{ releaseState: 'ONLINE' }]);
    for (const { id, workflowDefinitionCode } of made) {
      await admin.workflows.release(project.code, workflowDefinitionCode, 'OFFLINE');
      await admin.schedules.delete(project.code, id);
    }
  });

  it('are made offline, changed, brought online and back, and taken away', async () => {
    const { code } = await newWorkflow();
    const spec = nightly(code);
    expect(await admin.schedules.list(project.code, code)).toEqual([]);
    const made = await admin.schedules.create(project.code, spec);
    expect(made).toEqual({ ...spec, id: expect.any(Number), releaseState: 'OFFLINE' });
    expect(await admin.schedules.list(project.code, code)).toEqual([made]);

    const changed = { ...spec, crontab: '0 30 4 ? * MON *', warningType: 'NONE' as const };
    await admin.schedules.update(project.code, made.id, changed);
    await admin.schedules.release(project.code, made.id, 'ONLINE');
    await admin.schedules.release(project.code, made.id, 'ONLINE');
    expect(await admin.schedules.list(project.code, code)).toEqual([
      { ...changed, id: made.id, releaseState: 'ONLINE' },
    ]);
    await expect(admin.schedules.update(project.code, made.id, spec)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 10023,
    });
    await expect(admin.schedules.delete(project.code, made.id)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50023,
    });

    await admin.workflows.release(project.code, code, 'OFFLINE');
    expect(await admin.schedules.list(project.code, code)).toMatchObject([
      { releaseState: 'OFFLINE' },
    ]);
    await expect(admin.schedules.release(project.code, made.id, 'ONLINE')).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50004,
    });
    await admin.schedules.delete(project.code, made.id);
    expect(await admin.schedules.list(project.code, code)).toEqual([]);
    await expect(admin.schedules.delete(project.code, made.id)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('need a workflow that is online', async () => {
    const { code } = await newWorkflow();
    await admin.workflows.release(project.code, code, 'OFFLINE');
    await expect(admin.schedules.create(project.code, nightly(code))).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50004,
    });
  });

  it('are one per workflow, however many ask at once', async () => {
    const { code } = await newWorkflow();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, () => admin.schedules.create(project.code, nightly(code))),
    );
    const [made, ...more] = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(made).toBeDefined();
    expect(more).toEqual([]);
    expect(await admin.schedules.list(project.code, code)).toHaveLength(1);
    await expect(admin.schedules.create(project.code, nightly(code))).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    expect(await finished(admin, project, id)).toMatchObject({ state: 'SUCCESS' });
  });

  it('are adopted when the answer to their creation got lost', async () => {
    const client = await adminClient({ url: proxy.url });
    const { code } = await newWorkflow();
    proxy.plan = firstTimes(
      1,
      ({ method, path }) => method === 'POST' && path.endsWith('/schedules'),
      { kind: 'lose-answer' },
    );
    const made = await client.schedules.create(project.code, nightly(code));
    expect(await admin.schedules.list(project.code, code)).toEqual([made]);
  });

  it('say when they will fire, in their own zone', async () => {
    const times = await admin.schedules.preview(project.code, {
      ...nightly(1),
      crontab: '0 15 9 * * ? *',
    });
    expect(times).toHaveLength(5);
    times.forEach(time => expect(time).toMatch(/^\d{4}-\d\d-\d\d 09:15:00$/));
  });

  it.each([
    ['a crontab that is none', { crontab: 'every day' }, 10140],
    ['an end before the start', { endTime: '2025-01-01 00:00:00' }, 80003],
  ])('are refused with %s', async (_, wrong, serverCode) => {
    const { code } = await newWorkflow();
    const spec = { ...nightly(code), ...wrong };
    const refused = admin.schedules.create(project.code, spec);
    await expect(refused).rejects.toMatchObject({ code: 'CLIENT_INVALID' });
    const previewed = admin.schedules.preview(project.code, spec);
    await expect(
      previewed.then(
        () => 80003,
        (error: { serverCode: number }) => error.serverCode,
      ),
    ).resolves.toBe(serverCode);
  });
});
