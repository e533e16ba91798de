import { writeFile } from 'node:fs/promises';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes, type Passing } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  collect,
  eventually,
  finished,
  online,
  removeProject,
  shellTask,
  TENANT,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, Project, WorkflowDefinition } from '../client';

let admin: DolphinSchedulerClient;
let proxy: FaultyProxy;
let project: Project;

beforeAll(async () => {
  admin = await adminClient();
  proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
  project = await admin.projects.create({ name: unique('runs'), description: '' });
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await removeProject(admin, project);
  await proxy.stop();
});

describe('starting', () => {
  let workflow: WorkflowDefinition;

  beforeAll(async () => {
    const spec = chain(unique('who'), shellTask('say', "echo 'I am run ${number}'"));
    workflow = await online(admin, project, {
      ...spec,
      globalParams: [{ prop: 'number', direct: 'IN', type: 'VARCHAR', value: 'none' }],
    });
  });

  const start = (client: DolphinSchedulerClient, number: string) =>
    client.runs.start(project.code, {
      workflowDefinitionCode: workflow.code,
      params: { number },
    });

  async function numberOf(id: number): Promise<string | undefined> {
    const run = await finished(admin, project, id);
    expect(run).toMatchObject({
      state: 'SUCCESS',
      workflowDefinitionCode: workflow.code,
      workflowDefinitionVersion: 1,
      commandType: 'START_PROCESS',
      runTimes: 1,
    });
    const [task] = await admin.runs.tasks(project.code, id);
    const log = await collect(admin.runs.followLog(project.code, id, task!.id));
    return /(?:-> |\t)I am run (\S+)$/m.exec(log.join('\n'))?.[1];
  }

  it('answers each of ten at once, from two clients, with its own instance', async () => {
    const other = await adminClient();
    const numbers = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const ids = await Promise.all(
      numbers.map((number, index) => start(index % 2 ? admin : other, number)),
    );
    expect(new Set(ids).size).toBe(10);
    const found = await Promise.all(ids.map(id => numberOf(id)));
    expect(found).toEqual(numbers);
  });

  it.each([
    ['the answer gets lost', { kind: 'lose-answer' }],
    ['the answer never comes', { kind: 'withhold-answer' }],
  ] as const)('finds its instance, and starts no other, when %s', async (_, fault) => {
    const client = await adminClient({ url: proxy.url, timeoutMs: 3_000 });
    proxy.plan = firstTimes(1, isStart, fault);
    const before = await admin.runs.list(project.code, { workflowDefinitionCode: workflow.code });
    const number = unique('lost');
    const id = await start(client, number);
    expect(await numberOf(id)).toBe(number);
    const after = await admin.runs.list(project.code, { workflowDefinitionCode: workflow.code });
    expect(after.length).toBe(before.length + 1);
  });

  it('survives that the instances can not be looked at for a while', async () => {
    const client = await adminClient({ url: proxy.url, retries: 0 });
    let started = false;
    let failures = 0;
    proxy.plan = passing => {
      started ||= isStart(passing);
      const harmed = started && !isStart(passing) && failures++ < 3;
      return harmed ? { kind: 'break' } : undefined;
    };
    const number = unique('blind');
    expect(await numberOf(await start(client, number))).toBe(number);
    expect(failures).toBeGreaterThan(2);
  });

  it('says that it is unclear when nothing was started and the connection broke', async () => {
    const client = await adminClient({ url: proxy.url, startTimeoutMs: 1_000 });
    proxy.plan = firstTimes(1, isStart, { kind: 'break' });
    await expect(start(client, 'never')).rejects.toMatchObject({
      code: 'CLIENT_UNREACHABLE',
      unclear: true,
    });
    expect(proxy.passed.filter(isStart)).toHaveLength(1);
  });

  it('says so when no instance appears in time', async () => {
    const client = await adminClient({ url: proxy.url, startTimeoutMs: 1_000 });
    proxy.plan = firstTimes(1, isStart, {
      kind: 'answer',
      status: 200,
      body: '{"code":0,"msg":"success","data":null}',
    });
    await expect(start(client, 'never')).rejects.toMatchObject({
      code: 'CLIENT_TIMEOUT',
      unclear: true,
      message: expect.stringContaining('has not appeared'),
    });
  });

  it('stops waiting when the caller does', async () => {
    const client = await adminClient({ url: proxy.url });
    const ender = new AbortController();
    proxy.plan = passing => {
      if (!isStart(passing)) return undefined;
      ender.abort();
      return { kind: 'answer', status: 200, body: '{"code":0,"msg":"success","data":null}' };
    };
    await expect(
      client.runs.start(
        project.code,
        { workflowDefinitionCode: workflow.code },
        { signal: ender.signal },
      ),
    ).rejects.toMatchObject({ code: 'CLIENT_ABORTED', unclear: true });
  });

  it('is refused for a workflow that is offline or not there', async () => {
    const spec = chain(unique('offline'), shellTask('a', 'true'));
    const { code } = await admin.workflows.create(project.code, spec);
    await expect(
      admin.runs.start(project.code, { workflowDefinitionCode: code }),
    ).rejects.toMatchObject({ code: 'CLIENT_CONFLICT', serverCode: 50004, unclear: false });
    await expect(
      admin.runs.start(project.code, { workflowDefinitionCode: 123 }),
    ).rejects.toMatchObject({ unclear: false });
  });

  it('can be a dry run', async () => {
    const spec = chain(unique('dry'), shellTask('fail', 'exit 1'));
    const { code } = await online(admin, project, spec);
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code, dryRun: true });
    expect(await finished(admin, project, id)).toMatchObject({ state: 'SUCCESS' });
  });
});

function isStart({ path }: Passing): boolean {
  return path.endsWith('/start-process-instance');
}

describe('runs', () => {
  it('are listed, newest first, by workflow and state, as many as asked for', async () => {
    const spec = chain(unique('list'), shellTask('a', 'true'));
    const { code } = await online(admin, project, spec);
    const ids: number[] = [];
    for (let run = 0; run < 3; run++) {
      ids.push(await admin.runs.start(project.code, { workflowDefinitionCode: code }));
    }
    await Promise.all(ids.map(id => finished(admin, project, id)));
    const filter = { workflowDefinitionCode: code };
    const listed = await admin.runs.list(project.code, filter);
    expect(listed.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids);
    expect(await admin.runs.list(project.code, { ...filter, limit: 2 })).toHaveLength(2);
    expect(await admin.runs.list(project.code, { ...filter, state: 'SUCCESS' })).toHaveLength(3);
    expect(await admin.runs.list(project.code, { ...filter, state: 'FAILURE' })).toEqual([]);
    expect(await admin.runs.get(project.code, ids[0]!)).toEqual(
      listed.find(({ id }) => id === ids[0]),
    );

    await admin.runs.delete(project.code, ids[0]!);
    expect(await admin.runs.get(project.code, ids[0]!)).toBeUndefined();
    await expect(admin.runs.delete(project.code, ids[0]!)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    await expect(admin.runs.tasks(project.code, ids[0]!)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('show their tasks in the order in which they began', async () => {
    const tasks = [shellTask('one', 'true'), shellTask('two', 'true'), shellTask('three', 'true')];
    const { code } = await online(admin, project, chain(unique('tasks'), ...tasks));
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    await finished(admin, project, id);
    const found = await admin.runs.tasks(project.code, id);
    expect(found).toEqual(
      tasks.map(task => ({
        id: expect.any(Number),
        name: task.name,
        taskCode: task.code,
        taskType: 'SHELL',
        state: 'SUCCESS',
        startTime: expect.any(String),
        endTime: expect.any(String),
        host: expect.stringContaining(':'),
        logPath: expect.stringContaining('.log'),
        final: true,
      })),
    );
  });

  it('can be stopped while they run, then resumed', async () => {
    // Stopped, the task leaves nothing behind; resumed, it finds that it was there before.
    const flag = `/tmp/${unique('resumed')}`;
    const script = `if [ -e ${flag} ]; then rm ${flag}; else touch ${flag}; sleep 300; fi`;
    const { code } = await online(admin, project, chain(unique('stop'), shellTask('wait', script)));
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    await eventually('the task runs', async () => {
      const [task] = await admin.runs.tasks(project.code, id);
      const log =
        task?.state === 'RUNNING_EXECUTION' ? await admin.runs.log(task.id, 0) : undefined;
      return log?.lines.some(line => line.includes('process start')) || undefined;
    });
    await admin.runs.control(project.code, id, 'STOP');
    expect(await finished(admin, project, id)).toMatchObject({ state: 'STOP' });

    await admin.runs.control(project.code, id, 'RESUME');
    const again = await eventually('the run succeeds', async () => {
      const run = await admin.runs.get(project.code, id);
      return run?.state === 'SUCCESS' ? run : undefined;
    });
    expect(again).toMatchObject({ id, runTimes: 2 });
  });

  it('can be repeated as a whole, or from where they failed', async () => {
    const flag = `/tmp/${unique('failed')}`;
    const script = `if [ -e ${flag} ]; then rm ${flag}; else touch ${flag}; exit 1; fi`;
    const spec = chain(unique('repeat'), shellTask('a', 'true'), shellTask('b', script));
    const { code } = await online(admin, project, spec);
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    expect(await finished(admin, project, id)).toMatchObject({ state: 'FAILURE' });

    await admin.runs.control(project.code, id, 'FROM_FAILURE');
    const endedAs = (runTimes: number) =>
      eventually(`attempt ${runTimes} ends`, async () => {
        const run = await admin.runs.get(project.code, id);
        return run?.final && run.runTimes === runTimes ? run : undefined;
      });
    expect(await endedAs(2)).toMatchObject({ state: 'SUCCESS' });
    await expect(admin.runs.control(project.code, id, 'FROM_FAILURE')).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50006,
    });
    await admin.runs.control(project.code, id, 'REPEAT');
    expect(await endedAs(3)).toMatchObject({ state: 'FAILURE' });
  });

  it('pause when the task under way has ended', async () => {
    const go = `/tmp/${unique('paused')}`;
    const script = `until [ -e ${go} ]; do sleep 0.1; done; rm ${go}`;
    const wait = shellTask('wait', script);
    const { code } = await online(
      admin,
      project,
      chain(unique('pause'), wait, shellTask('b', `touch ${go}-b && rm ${go}-b`)),
    );
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    await eventually('the task runs', async () => {
      const [task] = await admin.runs.tasks(project.code, id);
      return task?.state === 'RUNNING_EXECUTION' || undefined;
    });
    await admin.runs.control(project.code, id, 'PAUSE');
    expect(await admin.runs.get(project.code, id)).toMatchObject({
      state: 'READY_PAUSE',
      final: false,
    });
    await writeFile(go, '');
    expect(await finished(admin, project, id)).toMatchObject({ state: 'PAUSE' });
  });

  it.each([
    ['serial', { from: '2026-01-01 00:00:00', until: '2026-01-03 00:00:00' }],
    ['serial', { dates: ['2026-01-01 00:00:00', '2026-01-02 00:00:00', '2026-01-03 00:00:00'] }],
    ['parallel', { from: '2026-01-01 00:00:00', until: '2026-01-03 00:00:00', parallelism: 3 }],
  ] as const)('are made for each time of a %s backfill of %j', async (mode, times) => {
    const spec = chain(unique('backfill'), shellTask('a', 'true'));
    const { code } = await online(admin, project, spec);
    const [first] = await admin.runs.backfill(project.code, {
      workflowDefinitionCode: code,
      tenantCode: TENANT,
      mode,
      ...times,
    });
    const rows = await eventually('all have ended', async () => {
      const all = await admin.runs.list(project.code, { workflowDefinitionCode: code });
      return all.length === 3 && all.every(({ final }) => final) ? all : undefined;
    });
    expect(rows.map(({ id }) => id)).toContain(first);
    expect(rows.map(({ scheduleTime }) => scheduleTime).sort()).toEqual([
      '2026-01-01 00:00:00',
      '2026-01-02 00:00:00',
      '2026-01-03 00:00:00',
    ]);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['SUCCESS']));
  });

  it('are unknown when they are not there', async () => {
    expect(await admin.runs.get(project.code, 987_654_321)).toBeUndefined();
    await expect(admin.runs.control(project.code, 987_654_321, 'STOP')).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
      serverCode: 50001,
    });
  });
});
