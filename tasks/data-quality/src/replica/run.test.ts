import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPlatform } from '@dolphinstage/embedded';
import { ordersContract, Streams, until } from '../__testUtils__/streams';

// A test's own place.
// eslint-disable-next-line no-restricted-syntax
const BIN = join(__dirname, '../../bin/dolphinstage-quality.js');
const SECRET = 'T0/B0/secret-of-the-hook';

describe('dolphinstage-quality', () => {
  let folder: string;
  let good: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quality-run-'));
    const connections = join(folder, 'connections');
    const settings = {
      kafka: { kind: 'kafka', brokers: ['127.0.0.1:1'] },
      hook: { kind: 'http', baseUrl: `http://127.0.0.1:1/services/${SECRET}` },
    };
    writeFileSync(connections, JSON.stringify(settings), { mode: 0o600 });
    writeFileSync(join(folder, 'orders.json'), JSON.stringify(ordersContract('orders')));
    writeFileSync(join(folder, 'not-json'), '{');
    good = ['--contracts', folder, '--connections', connections];
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [BIN, ...args], {
      encoding: 'utf8',
      env: { ...process.env, DOLPHINSTAGE_CONNECTIONS: '' },
      timeout: 60_000,
    });
    return { status, stderr, stdout };
  };

  it('says what it can do', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--contracts <folder>');
  });

  it.each([
    ['an option that there is not', () => ['--bogus'], /OPTION_INVALID: Unknown option '--bogus'/],
    ['no contracts', () => good.slice(2), /OPTION_MISSING: it needs --contracts/],
    ['a port that is none', () => [...good, '--port', 'x'], /OPTION_INVALID: --port x/],
    [
      'a connection of another kind',
      () => [...good, '--kafka', 'hook'],
      /hook is no kafka connection/,
    ],
    [
      'a folder that is not there',
      () => ['--contracts', '/nowhere', ...good.slice(2)],
      /CONTRACTS_UNUSABLE/,
    ],
  ])('refuses %s with one clear error', (_what, args, expected) => {
    const { status, stderr } = run(...args());
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/\n {2}do: {4}\S/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  it('names a contract that is none by its file and fault, and shows no secret', () => {
    writeFileSync(
      join(folder, 'wrong.json'),
      JSON.stringify({ ...ordersContract('orders'), 'x-key': ['nothing'] }),
    );
    const { status, stderr } = run(...good, '--slack', 'hook');
    rmSync(join(folder, 'wrong.json'));
    expect(stderr).toMatch(/CONTRACT_INVALID: .*nothing/);
    expect(stderr).toContain('wrong.json');
    expect(stderr).not.toContain(SECRET);
    expect(status).toBe(2);
  });

  it('starts by what a file was when replicas ran last, where it is no contract any more', async () => {
    const streams = await Streams.open();
    const connections = join(streams.folder, 'connections');
    const { brokers } = testPlatform().kafka;
    const settings = { kafka: { kind: 'kafka', brokers } };
    writeFileSync(connections, JSON.stringify(settings), { mode: 0o600 });
    const during = async (use: (log: () => string, ended: Promise<unknown>) => Promise<void>) => {
      const own = ['--topic-suffix', streams.id, '--group', streams.group, '--port', '0'];
      const args = ['--contracts', streams.folder, '--connections', connections, ...own];
      const child = spawn(process.execPath, [BIN, ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let text = '';
      child.stderr.on('data', chunk => {
        text += chunk;
      });
      const ended = new Promise(resolve => {
        child.once('close', resolve);
      });
      try {
        await use(() => text, ended);
      } finally {
        child.kill('SIGTERM');
        await ended;
      }
    };
    try {
      streams.contract(ordersContract(streams.input));
      await during(async log => {
        await until('it checks', () => /checks orders/.test(log()));
      });
      streams.contract({ ...ordersContract(streams.input), 'x-key': ['nothing'] });
      await during(async log => {
        await until('it checks', () => /checks orders/.test(log()));
        expect(log()).toMatch(/warn orders\.json is refused, what it was before stays: .*nothing/);
      });
      // Of a new file nobody knows what it was.
      streams.contract({ ...ordersContract('others'), 'x-key': ['nothing'] }, 'others.json');
      await during(async (log, ended) => {
        expect(await ended).toBe(2);
        expect(log()).toMatch(/CONTRACT_INVALID: .*nothing/);
        expect(log()).toContain('others.json');
      });
    } finally {
      await streams.close();
    }
  });
});
