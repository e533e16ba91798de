import { inspect } from 'node:util';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { formatError } from '@dolphinstage/common';
import { testPlatform } from '@dolphinstage/embedded';
import { FaultyProxy, firstTimes, type Passing } from '@dolphinstage/test';
import { adminClient, unique } from '../__testUtils__/server';
import type { DolphinSchedulerClient } from '../client';
import { createClient } from '../create-client';
import type { ClientSettings } from '../options';

const { url } = testPlatform().dolphinscheduler;
const HTML_500 = { kind: 'answer', status: 502, body: '<html>Bad gateway</html>' } as const;

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const isProjectList = ({ method, path }: Passing) => method === 'GET' && path === '/projects';
const isProjectCreation = ({ method, path }: Passing) => method === 'POST' && path === '/projects';

describe('a client whose network is bad', () => {
  let proxy: FaultyProxy;
  let admin: DolphinSchedulerClient;

  beforeAll(async () => {
    proxy = await FaultyProxy.start(url);
    admin = await adminClient();
  });
  afterEach(() => proxy.reset());
  afterAll(() => proxy.stop());

  const throughProxy = (settings: Partial<ClientSettings> = {}) =>
    adminClient({ url: proxy.url, ...settings });

  it('says that nobody listens', async () => {
    const client = await adminClient({
      url: `http://127.0.0.1:${await closedPort()}/dolphinscheduler`,
      retries: 1,
    });
    await expect(client.projects.list()).rejects.toMatchObject({
      code: 'CLIENT_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      unclear: false,
    });
  });

  it('asks each time through its guard, which may end a call', async () => {
    const attempts: string[] = [];
    let isOpen = true;
    const client = await throughProxy({
      guard: (attempt, endpoint) => {
        attempts.push(endpoint);
        if (!isOpen) throw new Error('not now');
        return attempt();
      },
    });
    proxy.plan = firstTimes(1, isProjectList, HTML_500);
    await client.projects.list();
    expect(attempts).toEqual(['GET /projects', 'GET /projects']);
    isOpen = false;
    proxy.reset();
    await expect(client.projects.list()).rejects.toThrow('not now');
    expect([attempts.length, proxy.passed.length]).toEqual([3, 0]);
  });

  it.each([
    ['a broken connection', { kind: 'break' }],
    ['a lost answer', { kind: 'lose-answer' }],
    ['a 5xx of a proxy', HTML_500],
    ['traffic control', { kind: 'answer', status: 429, body: '' }],
  ] as const)('reads again after %s', async (_, fault) => {
    const client = await throughProxy();
    proxy.plan = firstTimes(2, isProjectList, fault);
    await expect(client.projects.find('nobody-has-this')).resolves.toBeUndefined();
    expect(proxy.count('GET', '/projects')).toBe(3);
  });

  it('reads again after an answer that never came', async () => {
    const client = await throughProxy({ timeoutMs: 1_000 });
    proxy.plan = firstTimes(1, isProjectList, { kind: 'hang' });
    await expect(client.projects.find('nobody-has-this')).resolves.toBeUndefined();
  });

  it('gives up reading after its retries, with the last error', async () => {
    const client = await throughProxy({ retries: 2 });
    proxy.plan = passing => (isProjectList(passing) ? HTML_500 : undefined);
    await expect(client.projects.list()).rejects.toMatchObject({
      code: 'CLIENT_SERVER',
      endpoint: 'GET /projects',
      where: 'GET /projects',
      message: expect.stringContaining('502'),
    });
    expect(proxy.count('GET', '/projects')).toBe(3);
  });

  it('ends with its deadline however often it could still try', async () => {
    const client = await throughProxy({ timeoutMs: 200, deadlineMs: 1_000, retries: 1_000 });
    proxy.plan = () => ({ kind: 'hang' });
    await expect(client.projects.list()).rejects.toMatchObject({ code: 'CLIENT_TIMEOUT' });
  });

  it.each([
    ['a 404 page', { kind: 'answer', status: 404, body: '<html>Not Found</html>' }],
    [
      'a login page elsewhere',
      { kind: 'answer', status: 302, body: '', headers: { location: '/sso' } },
    ],
    ['a page instead of an answer', { kind: 'answer', status: 200, body: '<html>Hello</html>' }],
    ['JSON of something else', { kind: 'answer', status: 200, body: '{"hello":"world"}' }],
  ] as const)('does not take %s for an answer', async (_, fault) => {
    const client = await throughProxy();
    proxy.plan = firstTimes(1, isProjectList, fault);
    await expect(client.projects.list()).rejects.toMatchObject({
      code: 'CLIENT_UNEXPECTED_ANSWER',
      endpoint: 'GET /projects',
      todo: expect.stringContaining('/dolphinscheduler'),
    });
    expect(proxy.count('GET', '/projects')).toBe(1);
    expect(proxy.count('GET', '/sso')).toBe(0);
  });

  it('tells a proxy that forbids from a server that does', async () => {
    const client = await throughProxy();
    proxy.plan = firstTimes(1, isProjectList, { kind: 'answer', status: 403, body: 'no' });
    await expect(client.projects.list()).rejects.toMatchObject({
      code: 'CLIENT_FORBIDDEN',
      serverCode: undefined,
    });
  });

  it('names the path where an answer has another shape, never what is there', async () => {
    const client = await throughProxy();
    const leak = 'hash-of-a-password';
    proxy.plan = firstTimes(1, ({ path }) => path === '/users/get-user-info', {
      kind: 'change',
      body: body => body.replace(/"userName":"\w+"/, `"userName":["${leak}"]`),
    });
    const error: unknown = await client.currentUser().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'CLIENT_UNEXPECTED_ANSWER',
      endpoint: 'GET /users/get-user-info',
      message: expect.stringContaining('userName'),
    });
    expect(`${formatError(error)} ${inspect(error, { depth: 10 })}`).not.toContain(leak);
  });

  it('does not read an answer that is too long', async () => {
    const client = await throughProxy({ maxAnswerBytes: 10_000 });
    proxy.plan = firstTimes(1, isProjectList, {
      kind: 'change',
      body: body => body + ' '.repeat(20_000),
    });
    await expect(client.projects.list()).rejects.toMatchObject({
      code: 'CLIENT_UNEXPECTED_ANSWER',
      message: expect.stringContaining('10000 bytes'),
    });
  });

  it('has only so many requests under way as allowed', async () => {
    const client = await throughProxy({ concurrency: 3 });
    let arrived = 0;
    let atTheGate = 0;
    const gate = new Promise<void>(open => {
      // Held until three are there, and long enough after that a fourth would have come.
      proxy.plan = passing => {
        if (!isProjectList(passing)) return undefined;
        if (++arrived === 3) {
          setTimeout(() => {
            atTheGate = arrived;
            open();
          }, 300);
        }
        return { kind: 'hold', until: gate };
      };
    });
    await Promise.all(Array.from({ length: 20 }, () => client.projects.find('nobody-has-this')));
    expect(proxy.count('GET', '/projects')).toBe(20);
    expect(atTheGate).toBe(3);
  });

  it('sends a creation again when it certainly was not received', async () => {
    const client = await throughProxy();
    const name = unique('refused');
    proxy.plan = firstTimes(1, isProjectCreation, { kind: 'answer', status: 429, body: '' });
    const project = await client.projects.create({ name, description: '' });
    expect(proxy.count('POST', '/projects')).toBe(2);
    await client.projects.delete(project.code);
  });

  it.each([
    ['the connection breaks', { kind: 'lose-answer' }],
    ['the answer never comes', { kind: 'withhold-answer' }],
    [
      'the answer has another shape',
      { kind: 'change', body: (body: string) => body.replace('"code":0', '"result":0') },
    ],
  ] as const)('adopts what it created when %s afterwards', async (_, fault) => {
    const client = await throughProxy({ timeoutMs: 2_000 });
    const name = unique('unclear');
    proxy.plan = firstTimes(1, isProjectCreation, fault);
    const project = await client.projects.create({ name, description: 'ours' });
    expect(project.name).toBe(name);
    expect(proxy.count('POST', '/projects')).toBe(1);
    await client.projects.delete(project.code);
  });

  it('does not adopt what somebody else created', async () => {
    const client = await throughProxy();
    const name = unique('other');
    const other = await admin.projects.create({ name, description: 'theirs' });
    proxy.plan = firstTimes(1, isProjectCreation, { kind: 'lose-answer' });
    await expect(client.projects.create({ name, description: 'ours' })).rejects.toMatchObject({
      code: 'CLIENT_NAME_TAKEN',
    });
    await admin.projects.delete(other.code);
  });

  it('never sends a creation twice that may have been received, and says that it is unclear', async () => {
    const client = await throughProxy();
    const name = unique('vanished');
    proxy.plan = firstTimes(1, isProjectCreation, { kind: 'break' });
    await expect(client.projects.create({ name, description: '' })).rejects.toMatchObject({
      code: 'CLIENT_UNREACHABLE',
      unclear: true,
    });
    expect(proxy.count('POST', '/projects')).toBe(1);
    await expect(admin.projects.find(name)).resolves.toBeUndefined();
  });

  it('is done when a deletion whose answer got lost is done', async () => {
    const client = await throughProxy();
    const project = await admin.projects.create({ name: unique('gone'), description: '' });
    proxy.plan = firstTimes(1, ({ method }) => method === 'DELETE', { kind: 'lose-answer' });
    await client.projects.delete(project.code);
    expect(proxy.count('DELETE', `/${project.code}`)).toBe(2);
    await expect(admin.projects.delete(project.code)).rejects.toMatchObject({
      code: 'CLIENT_NOT_FOUND',
    });
  });

  it('shows no token in an error of the connection', async () => {
    const token = 'token-that-nobody-must-see';
    const client = await createClient({ url: proxy.url, token, line: '3.1', retries: 0 });
    proxy.plan = () => ({ kind: 'break' });
    const error: unknown = await client.projects.list().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'CLIENT_UNREACHABLE' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
  });
});
