import { setTimeout as sleep } from 'node:timers/promises';
// A helper of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { FaultyProxy, type Fault } from '@dolphinstage/test';
import type {
  InstanceInfo,
  RunDetail,
  WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { expectNoMore, expectTold, serverState, tryActs } from './__testUtils__/acts';
import type { Portal } from './__testUtils__/portal';
import { connect, startNight, until, type Night } from './__testUtils__/workflows';

jest.setTimeout(300_000);

const HTML = '<html><body>Bad gateway at 10.9.8.7</body></html>';

/** What stands between the portal and DolphinScheduler does harm; DolphinScheduler itself is real, and goes on. */
const FAULTS: readonly (readonly [string, () => Fault])[] = [
  ['is gone: connections break', () => ({ kind: 'break' })],
  ['is stopped: it takes requests, and never answers', () => ({ kind: 'hang' })],
  ['takes 30 seconds for each answer', () => ({ kind: 'hold', until: sleep(30_000) })],
  ["is behind a gateway's page", () => ({ kind: 'answer', status: 200, body: HTML })],
  ["is behind a gateway's error", () => ({ kind: 'answer', status: 502, body: HTML })],
  ['does not know the token any more', () => ({ kind: 'answer', status: 401, body: '' })],
];
/** The slow ones take a minute each. */
const SAMPLE = [FAULTS[0]!, FAULTS[3]!];
const chosen = process.env.DOLPHINSTAGE_TEST_ALL ? FAULTS : SAMPLE;

const PEOPLE = 10;
/** Each person looks so often at each page. */
const LOOKS = 10;

describe.each(chosen)('while DolphinScheduler %s', (_name, fault) => {
  let proxy: FaultyProxy;
  let night: Night;
  let portal: Portal;
  let run: RunDetail;
  let unseen: number;

  const path = (more?: string, instance?: string) => night.path(more, instance);
  const list = () => night.list();
  const lost = ({ instances }: WorkflowList): InstanceInfo =>
    instances.find(({ name }) => name === 'lost')!;

  /** Neither where the server is, nor what a gateway says, nor where in our code it failed. */
  function expectNothingOf(body: { readonly error?: { readonly stack?: string } }): void {
    expect(body.error?.stack).toBeUndefined();
    const { host } = new URL(proxy.url);
    for (const secret of [host, '10.9.8.7', '<html>']) {
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  }

  beforeAll(async () => {
    const server = await connect();
    proxy = await FaultyProxy.start(server.url);
    const { token } = server;
    night = await startNight(server, 'echo hello', {
      cache: { definitions: 1, runs: 1, live: 1 },
      instances: [
        { name: 'lost', baseUrl: proxy.url, token },
        { name: 'well', baseUrl: server.url, token },
      ],
    });
    ({ portal } = night);
    unseen = (await night.startOne()).id;
    run = await night.startOne();
    await portal.get(path()).expect(200);
    await portal.get(path('/runs')).expect(200);
    await portal.get(path(`/runs/${run.id}/tasks/${run.tasks[0]!.id}/log`)).expect(200);
    // As if nobody had looked at it: another key than that of the run seen before.
    unseen = 1_000_000_000 + unseen;
    await portal.get(`/workflows?project=${night.project}`).expect(200);
  });
  afterAll(async () => {
    proxy?.reset();
    await night?.stop();
    await proxy?.stop();
  });

  it('shows what was read last with its time, says what it cannot tell, and asks little', async () => {
    // Older than it may be, so that it would be read anew.
    await sleep(1_500);
    proxy.reset();
    proxy.plan = fault;
    const pages = [
      path(),
      path('/runs'),
      path(`/runs/${run.id}`),
      path(`/runs/${run.id}/tasks/${run.tasks[0]!.id}/log`),
    ];
    const seen = new Set<number>();
    const look = async () => {
      for (let looks = 0; looks < LOOKS; looks += 1) {
        expect((await list()).items.map(({ code }) => code)).toEqual([night.workflow.code]);
        for (const page of pages) {
          const { status, body } = await portal.get(page).timeout(60_000);
          seen.add(status);
          expectNothingOf(body);
        }
        await portal.get(path('', 'well')).timeout(20_000).expect(200);
      }
    };
    await Promise.all(Array.from({ length: PEOPLE }, look));
    expect([...seen]).toEqual([200]);
    // People have asked 500 times and more.
    expect(proxy.passed.length).toBeLessThan(60);

    const info = lost(await list());
    expect(info).toMatchObject({ reachable: false, problem: expect.any(String) });
    expect(Date.parse(info.readAt!)).toBeLessThan(Date.now() - 1_000);
    for (const page of pages.slice(0, 3)) {
      const { body } = await portal.get(page).timeout(60_000).expect(200);
      expect(body.problem).toMatch(/DolphinScheduler/);
      expect(Date.parse(body.readAt)).toBeLessThan(Date.now() - 1_000);
    }
    const { body } = await portal
      .get(path(`/runs/${unseen}`))
      .timeout(60_000)
      .expect(503);
    expect(body.error.message).toMatch(/^lost: .*DolphinScheduler.*try again/);
    await portal.get('/health', 'nobody').timeout(30_000).expect(200);
  });

  it('says of each act that nothing was done, or that it is not known', async () => {
    const before = await serverState(night, run);
    const told = await tryActs(night, run);
    expectTold(told, 'lost');
    for (const { body } of told) expectNothingOf(body);
    expect(
      portal.audited.filter(entry => entry.endsWith('failed: user:default/owner')),
    ).toHaveLength(4);
    expectNoMore(before, await serverState(night, run), told);
    const other = await portal.post(path('/runs', 'well')).timeout(60_000).expect(200);
    expect(other.body.run).toBeGreaterThan(run.id);
  });

  it('goes on by itself afterwards', async () => {
    proxy.reset();
    await until(async () => lost(await list()).reachable);
    await until(async () => {
      const { body } = await portal.get(path()).expect(200);
      return body.problem === undefined;
    });
    expect((await night.startOne()).state).toBe('succeeded');
    await portal.post(path('/schedule/pause')).expect(204);
    await portal.post(path('/schedule/resume')).expect(204);
  });
});

describe('a start whose answer gets lost', () => {
  it('is found, and told as what it is: started, once', async () => {
    const server = await connect();
    const proxy = await FaultyProxy.start(server.url);
    const night = await startNight(server, 'echo hello', {
      instances: [{ name: 'lost', baseUrl: proxy.url, token: server.token }],
    });
    try {
      proxy.plan = ({ path }) =>
        path.endsWith('/start-process-instance') ? { kind: 'lose-answer' } : undefined;
      const start = await night.portal.post(night.path('/runs')).expect(200);
      expect((await night.runs()).map(({ id }) => id)).toEqual([start.body.run]);
    } finally {
      await night.stop();
      await proxy.stop();
    }
  });
});
