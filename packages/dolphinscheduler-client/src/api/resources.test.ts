import { createHash } from 'node:crypto';
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
  tenantId,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient } from '../client';

const root = `/${unique('resources')}`;
let admin: DolphinSchedulerClient;
let proxy: FaultyProxy;

beforeAll(async () => {
  admin = await adminClient();
  proxy = await FaultyProxy.start(testPlatform().dolphinscheduler.url);
  const tenant = await tenantId(admin);
  const me = await admin.currentUser();
  // An administrator who has no tenant can't upload on 3.1.
  if (me.tenantId !== tenant) await admin.users.update(me, { tenantId: tenant });
});
afterEach(() => proxy.reset());
afterAll(async () => {
  for (const name of ['', '/deep', '/twice', '/run'].reverse()) {
    const folder = await admin.resources.find(`${root}${name}`);
    if (folder) await admin.resources.delete(folder);
  }
  await proxy.stop();
});

describe('resources', () => {
  it('are uploaded into folders that are made, found, replaced and taken away', async () => {
    const name = `${root}/deep/pack.cjs`;
    expect(await admin.resources.find(name)).toBeUndefined();
    const first = await admin.resources.upload(name, Buffer.from('one'));
    expect(first).toEqual({ id: expect.any(Number), fullName: name, directory: false, size: 3 });
    expect(await admin.resources.find(name)).toEqual(first);
    expect(await admin.resources.findById(first.id)).toEqual(first);
    expect(await admin.resources.findById(999_999)).toBeUndefined();
    expect(await admin.resources.find(name.slice(1))).toEqual(first);
    expect(await admin.resources.find(`${root}/deep`)).toMatchObject({ directory: true });

    const second = await admin.resources.upload(name, Buffer.from('three'));
    expect(second).toEqual({ ...first, size: 5 });

    await expect(admin.resources.upload(`${root}/deep`, Buffer.from('x'))).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    await expect(admin.resources.upload(`${name}/below`, Buffer.from('x'))).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
    });
    const folder = (await admin.resources.find(`${root}/deep`))!;
    await expect(admin.resources.delete(folder)).rejects.toMatchObject({ code: 'CLIENT_CONFLICT' });

    await admin.resources.delete(second);
    expect(await admin.resources.find(name)).toBeUndefined();
    await expect(admin.resources.delete(second)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it.each(['', '/', '/folder/'])('must have a name, unlike "%s"', async name => {
    await expect(admin.resources.upload(name, Buffer.from('x'))).rejects.toMatchObject({
      code: 'CLIENT_INVALID',
    });
  });

  it('bear being uploaded by several at once', async () => {
    const names = ['a', 'b', 'a', 'c', 'b'].map(name => `${root}/twice/${name}.txt`);
    const uploads = await Promise.all(
      names.map(name => admin.resources.upload(name, Buffer.from('same'))),
    );
    expect(uploads.map(({ fullName }) => fullName)).toEqual(names);
    expect(new Set(uploads.map(({ id }) => id)).size).toBe(3);
    const listed = await collect(admin.resources.listAll(`${root}/twice`));
    expect(listed.map(({ fullName }) => fullName).sort()).toEqual([...new Set(names)].sort());
    expect(listed).toContainEqual(uploads[0]);
    const top = await collect(admin.resources.listAll());
    expect(top).toContainEqual(expect.objectContaining({ fullName: root, directory: true }));
    expect(top.map(({ fullName }) => fullName)).not.toContain(names[0]);
    await expect(collect(admin.resources.listAll(`${root}/nowhere`))).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    for (const { fullName } of uploads) {
      const left = await admin.resources.find(fullName);
      if (left) await admin.resources.delete(left);
    }
  });

  it('arrive whole and unchanged at a task, also after a lost answer', async () => {
    const client = await adminClient({ url: proxy.url });
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const name = `${root}/run/bytes.bin`;
    proxy.plan = firstTimes(1, ({ method, path }) => method === 'POST' && path === '/resources', {
      kind: 'lose-answer',
    });
    const resource = await client.resources.upload(name, content);
    expect(resource).toMatchObject({ fullName: name, size: content.length });

    const project = await admin.projects.create({ name: unique('resources'), description: '' });
    const digest = createHash('sha256').update(content).digest('hex');
    const task = shellTask('check', `echo "${digest}  ${name.slice(1)}" | sha256sum -c`);
    task.taskParams.resourceList = [{ id: resource.id }];
    const { code } = await online(admin, project, chain('check', task));
    const id = await admin.runs.start(project.code, { workflowDefinitionCode: code });
    const run = await finished(admin, project, id);
    await removeProject(admin, project);
    await admin.resources.delete(resource);
    expect(run.state).toBe('SUCCESS');
  });
});
