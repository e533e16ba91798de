import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
// A helper of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { startTestServers, type TestServers } from '@dolphinstage/cli/src/testing/platform';
import { endProcessesOf, Home, servers } from '@dolphinstage/embedded';
import type { InstanceInfo, RunDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import {
  expectNoMore,
  expectTold,
  serverState,
  tryActs,
  type ServerState,
  type Told,
} from './__testUtils__/acts';
import { connect, startNight, until, type Night } from './__testUtils__/workflows';

jest.setTimeout(400_000);

const NEEDED = servers.filter(({ name }) => name === 'postgres' || name === 'dolphinscheduler');

/** A DolphinScheduler of the test's own, since nobody else's may be harmed. */
describe('while the portal serves, DolphinScheduler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-frozen-'));
  const home = new Home(folder);
  const launching = new AbortController();
  let platform: TestServers;
  let night: Night;
  let run: RunDetail;
  let before: ServerState;
  let told: Told[];

  /** Of its JVM. */
  const pid = () => {
    const records = JSON.parse(readFileSync(home.file('run', 'servers.json'), 'utf8')) as {
      name: string;
      pid: number;
    }[];
    return records.find(({ name }) => name === 'dolphinscheduler')?.pid ?? 0;
  };
  const instance = async (): Promise<InstanceInfo> => (await night.list()).instances[0]!;
  const pages = () => [
    night.path(),
    night.path('/runs'),
    night.path(`/runs/${run.id}`),
    night.path(`/runs/${run.id}/tasks/${run.tasks[0]!.id}/log`),
  ];
  const look = async (page: string) =>
    (await night.portal.get(page).timeout(60_000).expect(200)).body;

  /** All that was looked at is there, with the time of when it was read. */
  async function expectAsItWas(): Promise<void> {
    await until(async () => !(await instance()).reachable);
    const { items, instances } = await night.list();
    expect(items.map(({ code }) => code)).toEqual([night.workflow.code]);
    expect(instances[0]).toMatchObject({ reachable: false, problem: expect.any(String) });
    expect(Date.parse(instances[0]!.readAt!)).toBeLessThan(Date.now());
    for (const body of await Promise.all(pages().map(look))) {
      // A piece of a log that was read is as it was.
      expect(body.lines ?? body.problem).toEqual(
        body.lines ? expect.any(Array) : expect.stringMatching(/DolphinScheduler/),
      );
    }
  }

  /** While it starts, each start is told truly, too. */
  async function expectItGoesOn(): Promise<void> {
    const { portal, path } = night;
    await until(async () => {
      const start = await portal.post(path('/runs')).timeout(60_000);
      if (start.status !== 200) {
        expectTold([start], 'own');
        return false;
      }
      const ended = await until(async () => {
        const { status, body } = await portal.get(path(`/runs/${start.body.run}`)).timeout(60_000);
        return status === 200 && body.final && (body as RunDetail);
      });
      return ended.state === 'succeeded';
    });
    await until(async () => (await instance()).reachable);
    await until(async () => (await look(path())).problem === undefined);
  }

  /** Where the server answers. */
  const stateNow = () => until(() => serverState(night, run).catch(() => undefined));

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    const options = { onEvent: () => undefined, signal: launching.signal };
    platform = await startTestServers(home, options, NEEDED);
    const server = await connect(platform.platform.dolphinscheduler);
    night = await startNight(server, 'echo hello', {
      cache: { definitions: 1, runs: 1, live: 1 },
      // Somebody tries again and again.
      limits: { changes: 10_000 },
      instances: [{ name: 'own', baseUrl: server.url, token: server.token }],
    });
    run = await night.startOne();
    for (const page of pages()) await look(page);
  });
  afterAll(async () => {
    await night?.portal.stop();
    launching.abort();
    await platform?.stop();
    await endProcessesOf(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is frozen: what was read is shown, and nobody is told that something was done', async () => {
    before = await stateNow();
    // Older than it may be, so that it would be read anew.
    await sleep(1_500);
    process.kill(pid(), 'SIGSTOP');
    await expectAsItWas();
    told = await tryActs(night, run);
    expect(told).toHaveLength(4);
    expectTold(told, 'own');
  });

  it('is killed: the same, until another has started in its place, and what was not known is all that has happened', async () => {
    const victim = pid();
    // What it was sent while it was frozen is there, and it has a moment for it.
    process.kill(victim, 'SIGCONT');
    process.kill(victim, 'SIGKILL');
    const pause = await night.portal.post(night.path('/schedule/pause')).timeout(60_000);
    expectTold([pause], 'own');
    if (pause.status === 504) told[1] = pause;
    await expectAsItWas();
    await until(async () => ![0, victim].includes(pid()));
    expectNoMore(before, await stateNow(), told);
    await expectItGoesOn();
    expect((await instance()).problem).toBeUndefined();
  });
});
