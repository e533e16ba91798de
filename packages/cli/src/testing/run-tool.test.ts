import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool } from './run-tool';

const LIMIT_MS = 20_000;

/** Starts a server in a group of its own, as suites do that try `up`, and stays. */
const SUITE = `
const { spawn } = require('node:child_process');
const server = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
require('node:fs').writeFileSync(process.argv[2], String(server.pid));
setInterval(() => {}, 1000);
`;

/** Whether it still does something: what nobody has waited for has no command line. */
function alive(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8') !== '';
}

describe('a tool that is ended', () => {
  let folder: string;
  let told: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dolphinstage-steps-'));
    told = join(folder, 'pid');
    writeFileSync(join(folder, 'suite.js'), SUITE);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (limitSeconds: number, signal: AbortSignal) =>
    runTool({ name: 'a suite', args: [join(folder, 'suite.js'), told] }, { limitSeconds, signal });
  const serverOf = async () => {
    for (const end = Date.now() + LIMIT_MS; !existsSync(told); await sleep(20)) {
      if (Date.now() > end) throw new Error('it has started nothing');
    }
    return Number(readFileSync(told, 'utf8'));
  };

  it('leaves no server of a suite behind when somebody stops it', async () => {
    const abort = new AbortController();
    const ended = run(60, abort.signal);
    const server = await serverOf();
    expect(alive(server)).toBe(true);
    abort.abort();
    expect(await ended).not.toBe(0);
    expect(alive(server)).toBe(false);
  });

  it('leaves none behind at its limit, and says that it was that', async () => {
    const ended = run(3, new AbortController().signal);
    const server = await serverOf();
    expect(await ended).toBe(124);
    expect(alive(server)).toBe(false);
  });
});
