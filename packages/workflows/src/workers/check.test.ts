import { checkWorkers } from '..';
import { startTestServer, type TestServer } from '../__testUtils__/server';
import { judge } from './probe';

jest.setTimeout(180_000);

describe('checkWorkers', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('tells what the workers have, and takes its probe away again', async () => {
    const { client, environment, tenant } = server;
    const before = (await client.projects.list()).filter(({ name }) =>
      name.startsWith('dolphinstage-probe-'),
    );
    const reports = await checkWorkers(client, { environment, tenant, delivery: 'resource' });
    expect(reports.length).toBeGreaterThan(0);
    expect(reports[0]).toMatchObject({
      group: 'default',
      host: expect.stringMatching(/:\d+$/),
      facts: {
        node: process.version,
        connections: expect.stringMatching(/^600 /),
        bundles: 'unreachable',
      },
    });
    const after = (await client.projects.list()).filter(({ name }) =>
      name.startsWith('dolphinstage-probe-'),
    );
    expect(after).toEqual(before);
  });

  it('says that the environment is missing', async () => {
    const checked = checkWorkers(server.client, {
      environment: 'nowhere',
      tenant: server.tenant,
      delivery: 'path',
    });
    await expect(checked).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });
});

describe('judge', () => {
  const good = {
    user: 'etl',
    node: 'v24.1.0',
    bundles: 'readable',
    connections: '600 etl',
    psmisc: 'present',
  };

  it('finds nothing wrong with a worker that has everything', () => {
    expect(judge(good, 'path')).toEqual([]);
    expect(judge({ ...good, bundles: 'unset' }, 'resource')).toEqual([]);
  });

  it.each([
    [{ node: 'unset' }, /^Node is unset/],
    [{ node: 'v18.20.0' }, /^Node is v18/],
    [{ bundles: 'unreachable' }, /^bundles are unreachable/],
    [{ connections: 'unreadable' }, /^connections are unreadable/],
    [{ connections: '644 etl' }, /^connections have mode 644/],
    [{ connections: '600 root' }, /belong to root: they must have 600 and belong to etl/],
    [{ psmisc: 'missing' }, /^psmisc is missing/],
  ])('says what is wrong with %j', (facts, problem) => {
    expect(judge({ ...good, ...facts }, 'path')).toEqual([expect.stringMatching(problem)]);
  });
});
