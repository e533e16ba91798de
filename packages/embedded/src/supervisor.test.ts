import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetchText, httpServer } from './__testUtils__/echo-server';
import { Home } from './home';
import { isAlive, processesOf } from './processes';
import { serverStatus } from './status';
import { supervisorOf } from './lock';
import { Supervisor, type ServerEvent } from './supervisor';

const LIMIT = 60_000;

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT / 2;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${LIMIT / 2} ms: ${what}`);
    await sleep(50);
  }
}

describe('Supervisor', () => {
  let folder: string;
  let home: Home;
  let supervisor: Supervisor | undefined;
  let events: ServerEvent[];

  const start = async (...servers: ReturnType<typeof httpServer>[]) => {
    supervisor = new Supervisor({ home, servers, onEvent: event => events.push(event) });
    await supervisor.start();
    return supervisor;
  };
  const pidOf = async (server: string) =>
    Number(await fetchText(supervisor?.endpoint(server).url ?? ''));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-embedded-'));
    home = new Home(join(folder, 'home'));
    events = [];
  });

  afterEach(async () => {
    await supervisor?.stop();
    supervisor = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts a server only when those it depends on are ready', async () => {
    await start(httpServer('a'), httpServer('b', { dependsOn: ['a'] }));
    const order = events
      .filter(({ state }) => state !== 'installing')
      .map(e => `${e.server} ${e.state}`);
    expect(order).toEqual(['a starting', 'a ready', 'b starting', 'b ready']);
  });

  it('restarts a server that is killed, on the same port', async () => {
    await start(httpServer('a'));
    const first = await pidOf('a');
    process.kill(first, 'SIGKILL');
    await until('a second process answers', async () => {
      const pid = await pidOf('a').catch(() => first);
      return pid !== first;
    });
    expect(events.map(({ state }) => state)).toContain('died');
  });

  it('leaves nothing running after stop, not even what a server has started', async () => {
    const script = `
      const child = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      require('node:http').createServer((q, r) => r.end(String(child.pid))).listen(+process.env.PORT, '127.0.0.1')`;
    const running = await start(httpServer('a', { script }));
    const grandchild = await pidOf('a');
    expect(isAlive(grandchild)).toBe(true);
    await running.stop();
    expect(isAlive(grandchild)).toBe(false);
    expect(processesOf(home.path)).toEqual([]);
  });

  it('ends what an earlier launcher left behind when that was killed', async () => {
    const left = spawn('sleep', ['600'], {
      detached: true,
      env: { ...process.env, DOLPHINSTAGE_SERVER_OF: home.path },
    });
    const ended = new Promise(resolve => left.once('exit', resolve));
    await start(httpServer('a'));
    await ended;
    expect(events[0]).toMatchObject({ server: 'platform', state: 'stopped' });
  });

  it('says why a server does not come up, with the end of its log', async () => {
    const script = `console.error('the disk is full'); process.exit(3)`;
    await expect(start(httpServer('a', { script }))).rejects.toMatchObject({
      code: 'SERVER_DIED',
      message: expect.stringMatching(/ended with 3 while it started:\n.*the disk is full/),
    });
  });

  it('gives up on a server that never answers', async () => {
    const probe = async () => {
      throw new Error('no');
    };
    await expect(start(httpServer('a', { probe, startLimit: 0.3 }))).rejects.toMatchObject({
      code: 'NOT_READY',
    });
  });

  it('refuses a second supervisor of the same home, which leaves the servers of the first alone', async () => {
    await start(httpServer('a'));
    const pid = await pidOf('a');
    // Another process than ours is the supervisor.
    const other = spawn('sleep', ['600']);
    const stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8');
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(home.file('run', 'up.json'), JSON.stringify({ pid: other.pid, started }));
    try {
      const second = new Supervisor({ home, servers: [httpServer('b')] });
      await expect(second.start()).rejects.toMatchObject({ code: 'HOME_BUSY' });
      await second.stop();
      expect(await pidOf('a')).toBe(pid);
      expect(supervisorOf(home)).toBe(other.pid);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('gives a start up when it is told to, and leaves nothing', async () => {
    const abort = new AbortController();
    const probe = async () => {
      abort.abort();
      throw new Error('not yet');
    };
    const given = new Supervisor({
      home,
      servers: [httpServer('a', { probe })],
      signal: abort.signal,
    });
    await expect(given.start()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await given.stop();
    expect(processesOf(home.path)).toEqual([]);
    expect(supervisorOf(home)).toBeUndefined();
  });

  it("uses the user's own server instead of starting one", async () => {
    await start(httpServer('theirs'));
    const own = supervisor;
    const { port } = supervisor!.endpoint('theirs');
    const second = new Supervisor({
      home: home.sibling('second'),
      servers: [httpServer('a', { external: 'DOLPHINSTAGE_UNSET_URL' })],
      external: { a: `http://someone:pa55word@127.0.0.1:${port}/base` },
    });
    await second.start();
    expect(second.endpoint('a')).toMatchObject({
      port,
      user: 'someone',
      password: 'pa55word',
      url: `http://127.0.0.1:${port}/base`,
    });
    await second.stop();
    expect(await fetchText(own!.endpoint('theirs').url)).toMatch(/^\d+$/);
  });

  it('tells pid, health and memory of each server, up or down', async () => {
    const servers = [httpServer('a')];
    await start(...servers);
    const [up] = await serverStatus({ home, servers });
    expect(up).toMatchObject({ name: 'a', pid: await pidOf('a'), healthy: true });
    expect(up?.memory_mb).toBeGreaterThan(5);
    await supervisor?.stop();
    expect(await serverStatus({ home, servers })).toEqual([
      { ...up, pid: null, healthy: false, memory_mb: null },
    ]);
  });
});
