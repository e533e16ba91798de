import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
// A helper of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import {
  FaultyProxy,
  type Fault,
} from '@dolphinstage/dolphinscheduler-client/src/__testUtils__/faulty-proxy';
import type {
  InstanceInfo,
  RunDetail,
  WorkflowInfo,
  WorkflowList,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { cron, defineWorkflow, shell } from '@dolphinstage/workflows';
import { OWNERS, startPortal, type Portal } from './__testUtils__/portal';
import { bring, connect, rest } from './__testUtils__/workflows';

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
  const project = `away-${randomUUID().slice(0, 8)}`;
  let client: DolphinSchedulerClient;
  let proxy: FaultyProxy;
  let portal: Portal;
  let workflow: WorkflowInfo;
  let run: RunDetail;
  let unseen: number;

  const path = (more = '', instance = 'lost') =>
    `/workflows/${instance}/${project}/${workflow.code}${more}`;
  const list = async () => {
    const { body } = await portal.get(`/workflows?project=${project}&instance=lost`).expect(200);
    return body as WorkflowList;
  };
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

  async function until<T>(look: () => Promise<T | false | undefined>): Promise<T> {
    for (const end = Date.now() + 90_000; Date.now() < end; await sleep(300)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error('it never came');
  }

  async function startOne(): Promise<RunDetail> {
    const { body } = await portal.post(path('/runs')).expect(200);
    return until(async () => {
      const { body: seen } = await portal.get(path(`/runs/${body.run}`)).expect(200);
      return (seen as RunDetail).final && (seen as RunDetail);
    });
  }

  const runsOnServer = async () => {
    const { code } = (await client.projects.find(project))!;
    return (await client.runs.list(code, { limit: 100 })).length;
  };

  beforeAll(async () => {
    const server = await connect();
    client = server.client;
    proxy = await FaultyProxy.start(server.url);
    await bring(client, [
      defineWorkflow(
        {
          id: 'night',
          project,
          owner: OWNERS,
          environment: null,
          schedule: cron('0 0 2 1 1 ? *', { timeZone: 'UTC' }),
        },
        ({ task }) => {
          task('greet', shell({ script: 'echo hello' }));
        },
      ),
    ]);
    const { token } = server;
    portal = await startPortal({
      dolphinscheduler: {
        cache: { definitions: 1, runs: 1, live: 1 },
        instances: [
          { name: 'lost', baseUrl: proxy.url, token },
          { name: 'well', baseUrl: server.url, token },
        ],
      },
    });
    workflow = (await list()).items[0]!;
    unseen = (await startOne()).id;
    run = await startOne();
    await portal.get(path()).expect(200);
    await portal.get(path('/runs')).expect(200);
    await portal.get(path(`/runs/${run.id}/tasks/${run.tasks[0]!.id}/log`)).expect(200);
    // As if nobody had looked at it: another key than that of the run seen before.
    unseen = 1_000_000_000 + unseen;
    await portal.get(`/workflows?project=${project}`).expect(200);
  });
  afterAll(async () => {
    proxy?.reset();
    await portal?.stop();
    await proxy?.stop();
    if (client) await rest(client, project);
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
        expect((await list()).items.map(({ code }) => code)).toEqual([workflow.code]);
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
    const before = await runsOnServer();
    const act = (more: string, body: object = {}) => portal.post(path(more), body).timeout(120_000);
    const acts = [
      ['/runs', {}],
      ['/schedule/pause', {}],
      [`/runs/${run.id}/repeat`, {}],
      ['/backfill', { from: '2026-01-01', until: '2026-01-01', mode: 'serial' }],
    ] as const;
    const answers = await Promise.all(acts.map(([more, body]) => act(more, body)));
    for (const { status, body } of answers) {
      expect([503, 504]).toContain(status);
      expect(body.error.message).toMatch(
        status === 503 ? /^lost: .*Nothing has been done/ : /^lost: .*not known/,
      );
      expectNothingOf(body);
    }
    expect(
      portal.audited.filter(entry => entry.endsWith('failed: user:default/owner')),
    ).toHaveLength(4);
    const { code } = (await client.projects.find(project))!;
    const [schedule] = await client.schedules.list(code, workflow.code);
    const left = { runs: await runsOnServer(), schedule: schedule!.releaseState };
    // Where one is not known, all that there may be is right.
    const known = answers.every(({ status }) => status === 503);
    expect(left).toEqual(known ? { runs: before, schedule: 'ONLINE' } : left);
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
    expect((await startOne()).state).toBe('succeeded');
    await portal.post(path('/schedule/pause')).expect(204);
    await portal.post(path('/schedule/resume')).expect(204);
  });
});

describe('a start whose answer gets lost', () => {
  it('is found, and told as what it is: started, once', async () => {
    const project = `lost-${randomUUID().slice(0, 8)}`;
    const { client, url, token } = await connect();
    const proxy = await FaultyProxy.start(url);
    await bring(client, [
      defineWorkflow({ id: 'night', project, owner: OWNERS, environment: null }, ({ task }) => {
        task('greet', shell({ script: 'echo hello' }));
      }),
    ]);
    const portal = await startPortal({
      dolphinscheduler: { instances: [{ name: 'lost', baseUrl: proxy.url, token }] },
    });
    try {
      const { body } = await portal.get(`/workflows?project=${project}`).expect(200);
      const { code } = (body as WorkflowList).items[0]!;
      proxy.plan = ({ path }) =>
        path.endsWith('/start-process-instance') ? { kind: 'lose-answer' } : undefined;
      const start = await portal.post(`/workflows/lost/${project}/${code}/runs`).expect(200);
      const { code: projectCode } = (await client.projects.find(project))!;
      const runs = await client.runs.list(projectCode);
      expect(runs.map(({ id }) => id)).toEqual([start.body.run]);
    } finally {
      await portal.stop();
      await proxy.stop();
      await rest(client, project);
    }
  });
});
