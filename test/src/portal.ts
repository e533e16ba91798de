import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './dolphinstage';

const START_LIMIT_MS = 15 * 60_000;

/** A portal on the servers of the test run. */
export interface TestPortal {
  readonly url: string;
  /** Of the process that serves; for faults. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Builds the frontend where that has to be, and starts a portal of the test's own. */
export async function startPortal(): Promise<TestPortal> {
  const home = mkdtempSync(join(tmpdir(), 'portal-test-'));
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const main = join(ROOT, 'packages/cli/src/testing/portal-main.ts');
  const child = spawn(process.execPath, ['--import', loader, main, home], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4_000);
  });
  const ended = new Promise<void>(resolve => {
    child.on('exit', () => resolve());
  });
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    const limit = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`the portal isn't up after ${START_LIMIT_MS / 60_000} minutes:\n${said}`));
    }, START_LIMIT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /^ready (\S+)$/m.exec(out)?.[1];
      if (found) {
        clearTimeout(limit);
        resolve(found);
      }
    });
    void ended.then(() => {
      clearTimeout(limit);
      reject(new Error(`the portal has ended:\n${said}`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
