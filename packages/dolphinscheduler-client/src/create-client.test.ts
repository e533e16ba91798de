import { inspect } from 'node:util';
import { formatError } from '@dolphinstage/common';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes } from '@dolphinstage/test';
import { adminClient, unique } from './__testUtils__/server';
import { createClient } from './create-client';
import { ClientError } from './errors';

const { url, user, password } = testPlatform().dolphinscheduler;

describe('createClient', () => {
  let proxy: FaultyProxy;

  beforeAll(async () => {
    proxy = await FaultyProxy.start(url);
  });
  afterEach(() => proxy.reset());
  afterAll(() => proxy.stop());

  it('finds the line of a real 3.1 server and says what it can do', async () => {
    const client = await createClient({ url, user, password });
    expect(client.line).toBe('3.1');
    expect(client.capabilities).toEqual({
      taskRetries: false,
      timeoutKills: false,
      resourcesByName: false,
      tenantOnDefinition: true,
      projectParameters: false,
      projectParameterTypes: false,
      queueDeletion: false,
      workerGroupUpdates: false,
      auditLog: false,
      alertServerState: false,
      missedFirePolicy: false,
      startAnswersInstance: false,
      taskCache: false,
      backfillOrder: false,
      oneSchedulePerWorkflow: false,
    });
  });

  it('asks nothing when the line is given with a token', async () => {
    const client = await createClient({ url: proxy.url, token: 'not-a-token', line: '3.1' });
    expect(client.line).toBe('3.1');
    expect(proxy.passed).toEqual([]);
  });

  it('says so when no DolphinScheduler is at the URL', async () => {
    const { origin } = new URL(url);
    await expect(createClient({ url: origin, user, password })).rejects.toMatchObject({
      code: 'CLIENT_UNSUPPORTED',
      todo: expect.stringContaining('/dolphinscheduler'),
    });
  });

  it.each([
    ['no URL', { url: 'here' }],
    ['another scheme', { url: 'ftp://host/dolphinscheduler' }],
    ['an account in the URL', { url: 'http://me:secret@host/dolphinscheduler' }],
    ['no concurrency', { url, concurrency: 0 }],
    ['half a retry', { url, retries: 0.5 }],
    ['an empty password', { url, password: '' }],
    ['an empty user', { url, user: '' }],
  ])('refuses %s', async (_, wrong) => {
    const options = { user, password, line: '3.1' as const, ...wrong };
    await expect(createClient(options)).rejects.toMatchObject({ code: 'CLIENT_INVALID' });
  });

  it('says who it is, with a password and with a token', async () => {
    const admin = await adminClient();
    const me = await admin.currentUser();
    expect(me).toEqual({
      id: expect.any(Number),
      userName: user,
      email: expect.any(String),
      tenantId: expect.any(Number),
      admin: true,
    });
    const token = await admin.users.createToken(me.id, new Date(Date.now() + 3_600_000));
    const byToken = await createClient({ url, token });
    await expect(byToken.currentUser()).resolves.toEqual(me);
  });

  it('logs in once for many calls, and anew when the session has ended, also for a creation', async () => {
    const client = await adminClient({ url: proxy.url });
    await Promise.all([client.currentUser(), client.currentUser(), client.projects.list()]);
    expect(proxy.count('POST', '/login')).toBe(1);

    const name = unique('session');
    proxy.plan = firstTimes(1, ({ method, path }) => method === 'POST' && path === '/projects', {
      kind: 'answer',
      status: 401,
      body: '',
    });
    const project = await client.projects.create({ name, description: 'made after a new login' });
    expect(project.name).toBe(name);
    expect(proxy.count('POST', '/login')).toBe(2);
    await client.projects.delete(project.code);
  });

  it('tells a wrong token and a wrong password from each other, and shows neither', async () => {
    const token = 'wrong-token-0123456789';
    const byToken = await createClient({ url, token, line: '3.1' });
    const wrongToken: unknown = await byToken.currentUser().catch(error => error);
    expect(wrongToken).toMatchObject({
      code: 'CLIENT_UNAUTHORIZED',
      endpoint: 'GET /users/get-user-info',
      todo: expect.stringContaining('token'),
    });

    const secret = 'wrong-password-0123456789';
    const byPassword = await createClient({ url, user, password: secret, line: '3.1' });
    const wrongPassword: unknown = await byPassword.currentUser().catch(error => error);
    expect(wrongPassword).toMatchObject({ code: 'CLIENT_UNAUTHORIZED', serverCode: 10013 });

    for (const error of [wrongToken, wrongPassword]) {
      const everything = `${formatError(error)} ${inspect(error, { depth: 10, showHidden: true })}`;
      expect(error).toBeInstanceOf(ClientError);
      expect(everything).not.toContain(token);
      expect(everything).not.toContain(secret);
    }
  });

  it('ends all its calls with its signal', async () => {
    const ender = new AbortController();
    const client = await adminClient({ url: proxy.url, signal: ender.signal });
    proxy.plan = ({ path }) => (path === '/projects' ? { kind: 'hang' } : undefined);
    const listed = client.projects.list();
    const found = client.projects.find('any');
    const both = Promise.allSettled([listed, found]);
    await client.currentUser();
    ender.abort();
    for (const outcome of await both) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CLIENT_ABORTED' } });
    }
  });
});
