import { inspect } from 'node:util';
import { testPlatform } from '@dolphinstage/embedded';
import { redact } from '@dolphinstage/common';
import { FaultyProxy, firstTimes } from '@dolphinstage/test';
import {
  adminClient,
  chain,
  collect,
  tenantId,
  removeProject,
  shellTask,
  TENANT,
  unique,
} from '../__testUtils__/server';
import type { DolphinSchedulerClient, Project, User } from '../client';
import { createClient } from '../create-client';

const { url } = testPlatform().dolphinscheduler;

describe('tenants', () => {
  const tenantCode = unique('t');
  let admin: DolphinSchedulerClient;

  beforeAll(async () => {
    admin = await adminClient();
  });
  afterAll(async () => {
    const tenant = await admin.tenants.find(tenantCode);
    if (tenant) await admin.tenants.delete(tenant.id);
  });

  it('are made once and found by their whole code', async () => {
    expect(await admin.tenants.find(tenantCode)).toBeUndefined();
    const made = await admin.tenants.create({ tenantCode, description: 'for a test' });
    expect(made).toEqual({ id: expect.any(Number), tenantCode });
    expect(await admin.tenants.find(tenantCode)).toEqual(made);
    expect(await admin.tenants.find(tenantCode.slice(0, -1))).toBeUndefined();
    await expect(
      admin.tenants.create({ tenantCode, description: 'for a test' }),
    ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN', serverCode: 10009 });
    expect(await collect(admin.tenants.listAll())).toContainEqual(made);
  });

  it('are deleted, but not while a user has them', async () => {
    const tenant = await admin.tenants.create({ tenantCode: unique('t'), description: '' });
    const user = await admin.users.create({
      userName: unique('user'),
      password: 'password-1',
      email: 'someone@example.com',
      tenantId: tenant.id,
    });
    await expect(admin.tenants.delete(tenant.id)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 10144,
    });
    await admin.users.delete(user.id);
    await admin.tenants.delete(tenant.id);
    expect(await admin.tenants.find(tenant.tenantCode)).toBeUndefined();
    await expect(admin.tenants.delete(tenant.id)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });
});

describe('queues', () => {
  it('are made, found, listed and changed; 3.1.1 can not delete them', async () => {
    const admin = await adminClient();
    // The same each time, since it stays.
    const queueName = 'queue-of-a-test';
    const queue =
      (await admin.queues.find(queueName)) ??
      (await admin.queues.create({ queueName, queue: 'root.test' }));
    expect(queue).toEqual({ id: expect.any(Number), queueName, queue: expect.any(String) });
    const changed = { ...queue, queue: unique('root') };
    await admin.queues.update(changed);
    await admin.queues.update(changed);
    expect(await admin.queues.find(queueName)).toEqual(changed);
    expect(await admin.queues.find(queueName.slice(1))).toBeUndefined();
    expect(await collect(admin.queues.listAll())).toContainEqual(changed);
    await expect(admin.queues.create({ queueName, queue: unique('root') })).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
    });
    await expect(
      admin.queues.create({ queueName: unique('queue'), queue: changed.queue }),
    ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN' });
    // 3.1.1 asks first whether the user may, and nobody may do anything to what isn't there.
    await expect(admin.queues.update({ ...changed, id: 1_000_000 })).rejects.toMatchObject({
      code: 'CLIENT_FORBIDDEN',
    });
    await expect(admin.queues.delete(queue.id)).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
    });
  });
});

describe('users', () => {
  const userName = unique('user');
  const password = `pw-${userName}`.slice(0, 20);
  let admin: DolphinSchedulerClient;
  let proxy: FaultyProxy;
  let tenant: number;
  let created: User;
  let project: Project;

  beforeAll(async () => {
    admin = await adminClient();
    proxy = await FaultyProxy.start(url);
    tenant = await tenantId(admin);
    project = await admin.projects.create({ name: unique('users'), description: '' });
    created = await admin.users.create({
      userName,
      password,
      email: 'someone@example.com',
      tenantId: tenant,
    });
  });
  afterEach(() => proxy.reset());
  afterAll(async () => {
    await removeProject(admin, project);
    await admin.users.delete(created.id);
    await proxy.stop();
  });

  it('are made without showing their password', async () => {
    expect(created).toEqual({
      id: expect.any(Number),
      userName,
      email: 'someone@example.com',
      tenantId: tenant,
      admin: false,
    });
    expect(await admin.users.find(userName)).toEqual(created);
    expect(await admin.users.find('nobody-has-this')).toBeUndefined();
    expect(redact(`it is ${password}`)).toBe('it is ***');
  });

  it('are not made twice, and not taken over', async () => {
    await expect(
      admin.users.create({ userName, password: 'another', email: created.email, tenantId: tenant }),
    ).rejects.toMatchObject({ code: 'CLIENT_NAME_TAKEN' });
  });

  it('are adopted when the answer to their creation got lost', async () => {
    const client = await adminClient({ url: proxy.url });
    const other = unique('user');
    proxy.plan = firstTimes(1, ({ path }) => path === '/users/create', { kind: 'lose-answer' });
    const user = await client.users.create({
      userName: other,
      password: 'password-1',
      email: 'other@example.com',
      tenantId: tenant,
    });
    expect(user.userName).toBe(other);
    expect(proxy.count('POST', '/users/create')).toBe(1);
    proxy.plan = firstTimes(1, ({ path }) => path === '/users/delete', { kind: 'lose-answer' });
    await client.users.delete(user.id);
    expect(proxy.count('POST', '/users/delete')).toBe(2);
  });

  it('refuse an address that is none', async () => {
    await expect(
      admin.users.create({
        userName: unique('user'),
        password,
        email: 'no address',
        tenantId: tenant,
      }),
    ).rejects.toMatchObject({ code: 'CLIENT_INVALID', serverCode: 10001 });
  });

  it('keep what a change does not name', async () => {
    await admin.users.update(created, { email: 'new@example.com' });
    expect(await admin.users.find(userName)).toEqual({ ...created, email: 'new@example.com' });
    const byOldPassword = await createClient({ url, user: userName, password, line: '3.1' });
    expect(await byOldPassword.currentUser()).toMatchObject({ userName });

    await admin.users.update(created, { password: 'changed-1234' });
    expect(await admin.users.find(userName)).toEqual({ ...created, email: 'new@example.com' });
    const late = await createClient({ url, user: userName, password, line: '3.1' });
    await expect(late.currentUser()).rejects.toMatchObject({ code: 'CLIENT_UNAUTHORIZED' });
  });

  it('are not changed when they are not there', async () => {
    const nobody = { ...created, userName: 'nobody-has-this' };
    await expect(admin.users.update(nobody, { tenantId: tenant })).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('work with a token, in the projects that they were granted, and may not do what an administrator may', async () => {
    const token = await admin.users.createToken(created.id, new Date(Date.now() + 86_400_000));
    expect(redact(`token ${token}`)).toBe('token ***');
    const service = await createClient({ url, token });
    expect(await service.currentUser()).toMatchObject({ userName, admin: false });

    const refused: unknown = await service.workflows.list(project.code).catch(error => error);
    expect(refused).toMatchObject({ code: 'CLIENT_FORBIDDEN', serverCode: 30002 });
    expect(inspect(refused, { depth: 10 })).not.toContain(token);

    await admin.users.grantProject(created.id, project.code);
    await admin.users.grantProject(created.id, project.code);
    const spec = chain('by-service', shellTask('one', 'true'));
    const workflow = await service.workflows.create(project.code, spec);
    expect(await service.workflows.list(project.code)).toMatchObject([{ code: workflow.code }]);
    expect(await service.projects.find(project.name)).toEqual(project);

    await expect(
      service.tenants.create({ tenantCode: unique('t'), description: '' }),
    ).rejects.toMatchObject({ code: 'CLIENT_FORBIDDEN' });
    await expect(service.users.find(userName)).rejects.toMatchObject({ code: 'CLIENT_FORBIDDEN' });
    expect(await service.tenants.find(TENANT)).toMatchObject({ tenantCode: TENANT });
  });

  it('have their projects listed, and taken away again', async () => {
    const other = await admin.projects.create({ name: unique('users'), description: '' });
    const granted = async () =>
      (await admin.users.grantedProjects(created.id)).map(row => row.code);
    await admin.users.grantProject(created.id, project.code);
    await admin.users.grantProject(created.id, other.code);
    expect((await granted()).sort()).toEqual([project.code, other.code].sort());
    await admin.users.revokeProject(created.id, other.code);
    await admin.users.revokeProject(created.id, other.code);
    expect(await granted()).toEqual([project.code]);
    const token = await admin.users.createToken(created.id, new Date(Date.now() + 86_400_000));
    const service = await createClient({ url, token, line: admin.line });
    await expect(service.workflows.list(other.code)).rejects.toMatchObject({
      code: 'CLIENT_FORBIDDEN',
    });
    await expect(admin.users.revokeProject(1_000_000, other.code)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
    await admin.projects.delete(other.code);
  });

  it('are listed without their passwords, and deleted, but not while they own a project', async () => {
    const made = await admin.users.create({
      userName: unique('user'),
      password: 'password-1',
      email: 'someone@example.com',
      tenantId: tenant,
    });
    expect(await collect(admin.users.listAll())).toContainEqual(made);
    const token = await admin.users.createToken(made.id, new Date(Date.now() + 86_400_000));
    const own = await createClient({ url, token, line: admin.line });
    const theirs = await own.projects.create({ name: unique('users'), description: '' });
    await expect(admin.users.delete(made.id)).rejects.toMatchObject({
      code: 'CLIENT_CONFLICT',
      serverCode: 10179,
    });
    await admin.projects.delete(theirs.code);
    await admin.users.delete(made.id);
    expect(await admin.users.find(made.userName)).toBeUndefined();
    await expect(own.currentUser()).rejects.toMatchObject({ code: 'CLIENT_UNAUTHORIZED' });
    await expect(admin.users.delete(made.id)).rejects.toMatchObject({ code: 'CLIENT_NOT_FOUND' });
  });

  it('lose their token when it expires', async () => {
    const token = await admin.users.createToken(created.id, new Date(Date.now() - 86_400_000));
    const service = await createClient({ url, token });
    await expect(service.currentUser()).rejects.toMatchObject({ code: 'CLIENT_UNAUTHORIZED' });
  });

  it('are not granted a project that is not there', async () => {
    await expect(admin.users.grantProject(created.id, 123)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });
});
