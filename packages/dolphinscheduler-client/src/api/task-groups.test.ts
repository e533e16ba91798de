import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { DolphinSchedulerClient, Project, TaskGroup, TaskGroupEntry } from '../client';

let admin: DolphinSchedulerClient;
let project: Project;

const newGroup = (groupSize: number): Promise<TaskGroup> =>
  admin.taskGroups.create(project.code, {
    name: unique('group'),
    description: 'of a test',
    groupSize,
  });

beforeAll(async () => {
  admin = await adminClient();
  project = await admin.projects.create({ name: unique('task-groups'), description: '' });
});
afterAll(() => removeProject(admin, project));

describe('task groups', () => {
  it('are made in a project, found, listed and changed', async () => {
    const group = await newGroup(2);
    expect(group).toEqual({
      id: expect.any(Number),
      name: group.name,
      projectCode: project.code,
      description: 'of a test',
      groupSize: 2,
      useSize: 0,
      open: true,
    });
    expect(await admin.taskGroups.find(project.code, group.name)).toEqual(group);
    expect(await admin.taskGroups.find(project.code, 'nobody-has-this')).toBeUndefined();
    expect(await admin.taskGroups.find(123, group.name)).toBeUndefined();
    const changed = { name: unique('group'), description: '', groupSize: 5 };
    await admin.taskGroups.update(group.id, changed);
    expect(await collect(admin.taskGroups.listAll(project.code))).toContainEqual({
      ...group,
      ...changed,
    });
    await expect(admin.taskGroups.create(project.code, changed)).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
      serverCode: 130001,
    });
    await expect(newGroup(0)).rejects.toMatchObject({ code: 'CLIENT_INVALID' });
  });

  it('are closed and opened, twice as well as once', async () => {
    const { id, name, description, groupSize } = await newGroup(1);
    const isOpen = async () => (await admin.taskGroups.find(project.code, name))?.open;
    await admin.taskGroups.close(id);
    await admin.taskGroups.close(id);
    expect(await isOpen()).toBe(false);
    await expect(
      admin.taskGroups.update(id, { name, description, groupSize }),
    ).rejects.toMatchObject({ code: 'CLIENT_CONFLICT', serverCode: 130003 });
    await admin.taskGroups.start(id);
    await admin.taskGroups.start(id);
    expect(await isOpen()).toBe(true);
  });

  it('are not changed where they are not', async () => {
    const absent = { code: 'CLIENT_NOT_FOUND' };
    const spec = { name: unique('group'), description: '', groupSize: 1 };
    await expect(admin.taskGroups.start(1_000_000)).rejects.toMatchObject(absent);
    await expect(admin.taskGroups.close(1_000_000)).rejects.toMatchObject(absent);
    await expect(admin.taskGroups.update(1_000_000, spec)).rejects.toMatchObject(absent);
  });

  it('hold tasks back, show which, and let one through', async () => {
    const { id } = await newGroup(1);
    // Not stopped in the end: with a stopped task 3.1.1 keeps its place in the group for ever.
    const folder = await mkdtemp(join(tmpdir(), 'task-group-'));
    await chmod(folder, 0o755);
    const gate = join(folder, 'open');
    const script = `for _ in $(seq 600); do [ -e ${gate} ] && exit 0; sleep 0.2; done; exit 1`;
    const task = (name: string) => ({ ...shellTask(name, script), taskGroupId: id });
    const start = async (name: string, taskName: string) => {
      const { code } = await online(admin, project, chain(name, task(taskName)));
      return admin.runs.start(project.code, { workflowDefinitionCode: code });
    };
    const entry = (run: number, status: TaskGroupEntry['status']) =>
      eventually(`run ${run} is ${status}`, async () => {
        const entries = await collect(admin.taskGroups.listAllEntries(id));
        return entries.find(each => each.workflowInstanceId === run && each.status === status);
      });
    const first = await start('one', 'holder');
    expect(await entry(first, 'RUNNING')).toMatchObject({ taskName: 'holder', forced: false });
    const second = await start('two', 'waiter');
    const waiting = await entry(second, 'WAITING');
    expect(waiting).toEqual({
      id: expect.any(Number),
      taskName: 'waiter',
      workflowInstanceId: second,
      workflowInstanceName: expect.stringContaining('two'),
      status: 'WAITING',
      priority: 0,
      forced: false,
    });
    await admin.taskGroups.forceStart(waiting.id);
    await eventually('the waiter runs', async () => {
      const [now] = await admin.runs.tasks(project.code, second);
      return now?.state === 'RUNNING_EXECUTION' ? now : undefined;
    });
    expect((await admin.runs.tasks(project.code, first))[0]?.state).toBe('RUNNING_EXECUTION');
    await writeFile(gate, '');
    expect(await finished(admin, project, first)).toMatchObject({ state: 'SUCCESS' });
    expect(await finished(admin, project, second)).toMatchObject({ state: 'SUCCESS' });
    await entry(first, 'ENDED');
    expect(await entry(second, 'ENDED')).toMatchObject({ forced: true });
    await rm(folder, { recursive: true });
  });
});
