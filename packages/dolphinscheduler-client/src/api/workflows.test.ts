import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes, type Passing } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  createAndRead,
  removeProject,
  shellTask,
  TENANT,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, Project, WorkflowDefinitionSpec } from '../client';

let admin: DolphinSchedulerClient;
let proxy: FaultyProxy;
let project: Project;

beforeAll(async () => {
  admin = await adminClient();
  proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
  project = await admin.projects.create({ name: unique('workflows'), description: '' });
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await removeProject(admin, project);
  await proxy.stop();
});

function rich(name: string): WorkflowDefinitionSpec {
  const first = shellTask('extract 数据 🐬', "echo 'æøå & 50% + ${day}'");
  const second = { ...shellTask('load', 'echo "two\nlines"'), delayTime: 1, timeout: 5 };
  return {
    ...chain(name, first, { ...second, timeoutFlag: 'OPEN', timeoutNotifyStrategy: 'WARN' }),
    description: 'with umlauts: äöü',
    globalParams: [
      { prop: 'day', direct: 'IN', type: 'VARCHAR', value: '$[yyyy-MM-dd-1]' },
      { prop: 'full', direct: 'IN', type: 'BOOLEAN', value: 'false' },
    ],
    timeout: 60,
    executionType: 'SERIAL_WAIT',
  };
}

const live = (spec: WorkflowDefinitionSpec, version: number) => ({
  ...spec,
  tasks: spec.tasks.map(task => ({ ...task, version })),
});

describe('workflows', () => {
  it('come all at once as they come one by one, tenant included', async () => {
    const own = await admin.projects.create({ name: unique('all'), description: '' });
    expect(await admin.workflows.getAll(own.code)).toEqual([]);
    const specs = [
      rich(unique('one')),
      // What the server calls none.
      { ...rich(unique('other')), tenantCode: 'default' },
      chain(unique('third'), shellTask('a', 'true')),
    ];
    for (const spec of specs) await admin.workflows.create(own.code, spec);
    const rows = await admin.workflows.list(own.code);
    const single = await Promise.all(rows.map(({ code }) => admin.workflows.get(own.code, code)));
    const all = await admin.workflows.getAll(own.code);
    const byCode = (one?: { code: number }, other?: { code: number }) =>
      (one?.code ?? 0) - (other?.code ?? 0);
    expect(all.sort(byCode)).toEqual(single.sort(byCode));
    expect(all.map(({ tenantCode }) => tenantCode)).toContain(TENANT);
    await removeProject(admin, own);
  });

  it('come back as they were written, with live versions', async () => {
    const spec = rich(unique('rich'));
    const created = await createAndRead(admin, project.code, spec);
    expect(created).toEqual({
      ...live(spec, 1),
      relations: expect.arrayContaining(spec.relations),
      code: expect.any(Number),
      version: 1,
      releaseState: 'OFFLINE',
      userName: '',
      updateTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(await admin.workflows.get(project.code, created.code)).toEqual(created);
    expect(await admin.workflows.findByName(project.code, spec.name)).toEqual(created);
    expect(await admin.workflows.list(project.code)).toContainEqual({
      code: created.code,
      version: 1,
      name: spec.name,
      description: spec.description,
      releaseState: 'OFFLINE',
      userName: 'admin',
      updateTime: created.updateTime,
    });
  });

  it('are undefined where they are not, but a project that is not is an error', async () => {
    expect(await admin.workflows.get(project.code, 123)).toBeUndefined();
    expect(await admin.workflows.findByName(project.code, 'nobody-has-this')).toBeUndefined();
    await expect(admin.workflows.get(123, 123)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
      serverCode: 10190,
    });
    await expect(admin.workflows.list(123)).rejects.toMatchObject({ code: 'CLIENT_NOT_FOUND' });
  });

  it('are all listed, however many, or it is an error', async () => {
    const crowd = await admin.projects.create({ name: unique('crowd'), description: '' });
    const names = Array.from({ length: 205 }, (_, index) => `w${index}`);
    await Promise.all(
      names.map(name => admin.workflows.create(crowd.code, chain(name, shellTask('a', 'true')))),
    );
    const listed = await admin.workflows.list(crowd.code);
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());

    const client = await adminClient({ url: proxy.url });
    proxy.plan = () => ({
      kind: 'change',
      body: body => body.replace('"total":205', '"total":206'),
    });
    await expect(client.workflows.list(crowd.code)).rejects.toMatchObject({
      code: 'CLIENT_UNEXPECTED_ANSWER',
      message: expect.stringContaining('205 of 206'),
    });
    await removeProject(admin, crowd);
  });

  it('are found by their whole name, whatever signs are in it', async () => {
    const name = unique(String.raw`100%_\n'"`);
    const other = await createAndRead(
      admin,
      project.code,
      chain(`${name} and more`, shellTask('a', 'true')),
    );
    expect(await admin.workflows.findByName(project.code, name)).toBeUndefined();
    const created = await createAndRead(admin, project.code, chain(name, shellTask('a', 'true')));
    expect(created.name).toBe(name);
    expect(await admin.workflows.findByName(project.code, name)).toEqual(created);
    expect(await admin.workflows.findByName(project.code, other.name)).toEqual(other);
  });

  it('change in the tasks that changed', async () => {
    const spec = rich(unique('change'));
    const created = await createAndRead(admin, project.code, spec);
    const [first, second] = created.tasks;
    const changed = {
      ...created,
      description: 'changed',
      tasks: [{ ...first!, taskParams: { ...first!.taskParams, rawScript: 'true' } }, second!],
    };
    await admin.workflows.update(project.code, created.code, changed);
    // 3.1 makes another version of the workflow each time, but of a task only when it changed.
    const after = await admin.workflows.get(project.code, created.code);
    expect(after).toMatchObject({ version: 2, description: 'changed', code: created.code });
    expect(after?.tasks.map(({ code, version }) => [code, version])).toEqual([
      [first!.code, 2],
      [second!.code, 1],
    ]);
  });

  it('keep the limits of their tasks', async () => {
    const task = { ...shellTask('limited', 'true'), cpuQuota: 50, memoryMax: 512 };
    const created = await createAndRead(admin, project.code, chain(unique('limits'), task));
    expect(created.tasks).toEqual([{ ...task, version: 1 }]);
    await admin.workflows.update(project.code, created.code, created);
    const after = await admin.workflows.get(project.code, created.code);
    expect(after?.tasks).toEqual(created.tasks);
  });

  it('can not be changed or deleted while online', async () => {
    const spec = chain(unique('online'), shellTask('a', 'true'));
    const { code } = await admin.workflows.create(project.code, spec);
    await admin.workflows.release(project.code, code, 'ONLINE');
    await admin.workflows.release(project.code, code, 'ONLINE');
    expect(await admin.workflows.get(project.code, code)).toMatchObject({ releaseState: 'ONLINE' });
    await expect(admin.workflows.update(project.code, code, spec)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50008,
      todo: expect.stringContaining('offline'),
    });
    await expect(admin.workflows.delete(project.code, code)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 50021,
    });
    await admin.workflows.release(project.code, code, 'OFFLINE');
    await admin.workflows.delete(project.code, code);
    expect(await admin.workflows.get(project.code, code)).toBeUndefined();
    await expect(admin.workflows.delete(project.code, code)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it.each<[string, number, (spec: WorkflowDefinitionSpec) => WorkflowDefinitionSpec]>([
    [
      'a circle',
      50019,
      spec => ({
        ...spec,
        relations: [
          ...spec.relations,
          { preTaskCode: spec.tasks[1]!.code, postTaskCode: spec.tasks[0]!.code },
        ],
      }),
    ],
    [
      'a description that is too long',
      1400004,
      spec => ({ ...spec, description: 'x'.repeat(256) }),
    ],
    ['a tenant that is not there', 10017, spec => ({ ...spec, tenantCode: 'nobody-has-this' })],
  ])('are refused with %s', async (_, serverCode, spoil) => {
    const spec = chain(unique('bad'), shellTask('a', 'true'), shellTask('b', 'true'));
    await expect(admin.workflows.create(project.code, spoil(spec))).rejects.toMatchObject({
      serverCode,
    });
    expect(await admin.workflows.findByName(project.code, spec.name)).toBeUndefined();
  });

  it('have names of their own', async () => {
    const spec = chain(unique('name'), shellTask('a', 'true'));
    await admin.workflows.create(project.code, spec);
    await expect(
      admin.workflows.create(project.code, chain(spec.name, shellTask('a', 'true'))),
    ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN', serverCode: 10168 });
  });

  describe('whose creation got an unclear answer', () => {
    const isCreation = ({ method, path }: Passing) =>
      method === 'POST' && path.endsWith('/process-definition');

    it('are adopted when they are what was sent', async () => {
      const client = await adminClient({ url: proxy.url });
      const spec = rich(unique('lost'));
      proxy.plan = firstTimes(1, isCreation, { kind: 'lose-answer' });
      const created = await client.workflows.create(project.code, spec);
      expect(created).toMatchObject({ tasks: live(spec, 1).tasks, tenantCode: TENANT });
      expect(proxy.count('POST', '/process-definition')).toBe(1);
    });

    it('are not adopted when they are another', async () => {
      const client = await adminClient({ url: proxy.url });
      const theirs = rich(unique('theirs'));
      await admin.workflows.create(project.code, theirs);
      const ours = {
        ...theirs,
        tasks: theirs.tasks.slice(0, 1),
        relations: theirs.relations.slice(0, 1),
      };
      proxy.plan = firstTimes(1, isCreation, { kind: 'break' });
      await expect(client.workflows.create(project.code, ours)).rejects.toMatchObject({
        code: 'CLIENT_NAME_TAKEN',
      });
    });
  });

  it('tell their versions and those of their tasks, the newest first, and stay as they are', async () => {
    const spec = rich(unique('versions'));
    const { code } = await admin.workflows.create(project.code, spec);
    const [first, second] = spec.tasks;
    const changed = {
      ...spec,
      description: 'another',
      timeout: 90,
      tasks: [
        { ...first!, version: 1, taskParams: { ...first!.taskParams, rawScript: 'true' } },
        { ...second!, version: 1 },
      ],
    };
    await admin.workflows.update(project.code, code, changed);
    const me = await admin.currentUser();
    const { id: operatorId } = me;
    const operateTime = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const { globalParams, locations, executionType, name } = spec;
    const common = { name, globalParams, locations, executionType, operatorId, operateTime };
    expect(await admin.workflows.versions(project.code, code)).toEqual([
      { ...common, version: 2, description: 'another', timeout: 90 },
      { ...common, version: 1, description: spec.description, timeout: 60 },
    ]);
    expect(await admin.workflows.taskVersions(project.code, first!.code)).toEqual([
      { ...changed.tasks[0], version: 2, operatorId, operateTime },
      { ...first, version: 1, operatorId, operateTime },
    ]);
    expect(await admin.workflows.get(project.code, code)).toMatchObject({
      version: 2,
      timeout: 90,
    });
    expect(await admin.workflows.versions(project.code, 1)).toEqual([]);
    expect(await admin.workflows.taskVersions(project.code, 1)).toEqual([]);
  });
});
