import { testPlatform } from '@dolphinstage/embedded';
import {
  adminClient,
  chain,
  collect,
  eventually,
  finished,
  online,
  removeProject,
  shellTask,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, Project, WorkflowDefinition } from '../client';
import { createClient } from '../create-client';

let admin: DolphinSchedulerClient;
let project: Project;

beforeAll(async () => {
  admin = await adminClient();
  project = await admin.projects.create({ name: unique('run-lists'), description: '' });
});
afterAll(() => removeProject(admin, project));

const dryRun = ({ code }: WorkflowDefinition) =>
  admin.runs.start(project.code, { workflowDefinitionCode: code, dryRun: true });

async function ended(id: number) {
  return finished(admin, project, id);
}

describe('lists of runs', () => {
  it('give all that fit a filter, and their tasks', async () => {
    const one = await online(admin, project, chain('alpha', shellTask('a', 'true')));
    const two = await online(admin, project, chain('beta', shellTask('b', 'exit 1')));
    const alphas = [await dryRun(one), await dryRun(one), await dryRun(one)];
    const beta = await admin.runs.start(project.code, { workflowDefinitionCode: two.code });
    for (const id of [...alphas, beta]) await ended(id);

    const ids = async (filter?: Parameters<typeof admin.runs.listAll>[1]) =>
      (await collect(admin.runs.listAll(project.code, filter))).map(({ id }) => id).sort();
    expect(await ids()).toEqual([...alphas, beta].sort());
    expect(await ids({ workflowDefinitionCode: one.code })).toEqual([...alphas].sort());
    expect(await ids({ state: 'FAILURE' })).toEqual([beta]);
    expect(await ids({ search: 'bet' })).toEqual([beta]);
    const { startTime } = (await admin.runs.get(project.code, beta))!;
    expect(await ids({ startedFrom: startTime, search: 'beta' })).toEqual([beta]);
    expect(await ids({ startedUntil: '2000-01-01 00:00:00' })).toEqual([]);
    expect(await ids({ startedFrom: '2199-01-01 00:00:00' })).toEqual([]);
    expect(await admin.runs.list(project.code, { search: 'alpha', limit: 2 })).toHaveLength(2);

    const tasks = await collect(admin.runs.listAllTasks(project.code));
    expect(tasks).toHaveLength(4);
    expect(tasks).toContainEqual({
      ...(await admin.runs.tasks(project.code, beta))[0],
      workflowInstanceId: beta,
      workflowInstanceName: expect.stringMatching(/^beta-1-/),
    });
    const runsOf = async (filter: Parameters<typeof admin.runs.listAllTasks>[1]) =>
      (await collect(admin.runs.listAllTasks(project.code, filter))).map(
        each => each.workflowInstanceId,
      );
    expect((await runsOf({ taskName: 'a' })).sort()).toEqual([...alphas].sort());
    expect(await runsOf({ state: 'FAILURE' })).toEqual([beta]);
    expect(await runsOf({ workflowInstanceId: beta })).toEqual([beta]);
    expect(await runsOf({ startedUntil: '2000-01-01 00:00:00' })).toEqual([]);
  });

  it('are as long as they are, workflows as well as runs', async () => {
    const spec = chain('many', shellTask('a', 'true'));
    const many = await online(admin, project, spec);
    const started = await Promise.all(Array.from({ length: 230 }, () => dryRun(many)));
    const filter = { workflowDefinitionCode: many.code };
    const found = await collect(admin.runs.listAll(project.code, filter));
    expect(found.map(({ id }) => id).sort()).toEqual([...started].sort());
    for (const id of started) await ended(id);
    const names = (await admin.workflows.list(project.code)).map(({ name }) => name);
    const listed = await collect(admin.workflows.listAll(project.code));
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(listed).toContainEqual(expect.objectContaining({ code: many.code, name: 'many' }));
  });

  it('end with the client', async () => {
    const { url, user, password } = testPlatform().dolphinscheduler;
    const end = new AbortController();
    const client = await createClient({ url, user, password, line: '3.1', signal: end.signal });
    const rows = client.runs.listAll(project.code)[Symbol.asyncIterator]();
    end.abort();
    await expect(rows.next()).rejects.toMatchObject({ code: 'CLIENT_ABORTED' });
  });
});

describe('a run that is a part of another', () => {
  it('is found from the task that started it, and the other way', async () => {
    const inner = await online(admin, project, chain('inner', shellTask('a', 'true')));
    const sub = {
      ...shellTask('run inner', ''),
      taskType: 'SUB_PROCESS',
      taskParams: { localParams: [], resourceList: [], processDefinitionCode: inner.code },
    };
    const before = shellTask('before', 'true');
    const outer = await online(admin, project, chain('outer', before, sub));
    const run = await admin.runs.start(project.code, { workflowDefinitionCode: outer.code });
    expect(await ended(run)).toMatchObject({ state: 'SUCCESS' });
    const tasks = await admin.runs.tasks(project.code, run);
    const idOf = (name: string) => tasks.find(each => each.name === name)!.id;
    const part = await admin.runs.subRun(project.code, idOf('run inner'));
    expect(await admin.runs.get(project.code, part!)).toMatchObject({
      workflowDefinitionCode: inner.code,
      state: 'SUCCESS',
    });
    expect(await admin.runs.parentRun(project.code, part!)).toBe(run);
    expect(await admin.runs.subRun(project.code, idOf('before'))).toBeUndefined();
    expect(await admin.runs.subRun(project.code, 1_000_000_000)).toBeUndefined();
    expect(await admin.runs.parentRun(project.code, run)).toBeUndefined();
    expect(await admin.runs.parentRun(project.code, 1_000_000_000)).toBeUndefined();
    const listed = await collect(admin.runs.listAll(project.code, { search: 'inner' }));
    expect(listed).toEqual([]);
    await admin.workflows.release(project.code, outer.code, 'OFFLINE');
    await admin.workflows.delete(project.code, outer.code);
  });
});

describe('a failed task', () => {
  it('is made to count as done, a task that did its work is not', async () => {
    const spec = chain('half', shellTask('good', 'true'), shellTask('bad', 'exit 1'));
    const { code } = await online(admin, project, spec);
    const run = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    expect(await ended(run)).toMatchObject({ state: 'FAILURE' });
    const [good, bad] = await admin.runs.tasks(project.code, run);
    const conflict = { code: 'CLIENT_CONFLICT', serverCode: 10166 };
    await expect(admin.runs.forceSuccess(project.code, good!.id)).rejects.toMatchObject(conflict);
    await admin.runs.forceSuccess(project.code, bad!.id);
    const state = await eventually('the task is forced', async () => {
      const [, now] = await admin.runs.tasks(project.code, run);
      return now!.state === 'FAILURE' ? undefined : now!.state;
    });
    expect(state).toBe('FORCED_SUCCESS');
    // 3.1.1 leaves the run as it is.
    expect((await admin.runs.get(project.code, run))!.state).toBe('FAILURE');
    await expect(admin.runs.forceSuccess(project.code, bad!.id)).rejects.toMatchObject(conflict);
    await expect(admin.runs.forceSuccess(project.code, 1_000_000_000)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });
});
