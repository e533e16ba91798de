import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connections } from '@dolphinstage/task-kit';
import { ROOT } from './dolphinstage';

const START_LIMIT_MS = 15 * 60_000;
const LAUNCHERS = join(ROOT, 'packages/cli/src/testing');

/** A portal on the servers of the test run. */
export interface TestPortal {
  readonly url: string;
  /** Of the process that serves; for faults. */
  readonly pid: number;
  /** What it has logged. */
  log(): string;
  stop(): Promise<void>;
}

interface Launched extends TestPortal {
  /** What it has said of something before it was ready. */
  said(of: string): string;
}

/** Starts a program that says `ready <address>` when it is, and before that maybe more of the kind. */
async function launch(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Launched> {
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', loader, main, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let logged = '';
  let out = '';
  const said = (of: string) => new RegExp(`^${of} (\\S+)$`, 'm').exec(out)?.[1];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  const ended = new Promise<void>(resolve => {
    child.on('exit', () => resolve());
  });
  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGTERM');
      reject(
        new Error(
          `nothing is up after ${START_LIMIT_MS / 60_000} minutes:\n${logged.slice(-4_000)}`,
        ),
      );
    }, START_LIMIT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = said('ready');
      if (found) {
        clearTimeout(limit);
        resolve(found);
      }
    });
    void ended.then(() => {
      clearTimeout(limit);
      reject(new Error(`it has ended:\n${logged.slice(-4_000)}`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    log: () => logged,
    said: of => said(of) ?? '',
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A portal as `up` starts it. */
export interface DemonstrationPortal extends TestPortal {
  /** Where DolphinScheduler's alerts go. */
  readonly alerts: string;
  /** Of the process that serves now: it is started again where it is killed. */
  backend(): number;
}

/** Options of {@link startPortal}. */
export interface PortalOptions {
  /** Where it finds DolphinScheduler. Default: where the test run has it. */
  readonly scheduler?: string;
  /** What tasks of what is merged have. Default: an environment without anything. */
  readonly target?: {
    readonly environment: string;
    /** Where bundles are put. */
    readonly bundles: string;
    /** The portal's pages of models read the database `warehouse`. */
    readonly connections: Connections;
  };
  /** The file that says where the servers are. Default: the test run's. */
  readonly platform?: string;
}

/** Builds the frontend where that has to be, and starts a portal of the test's own. */
export async function startPortal({
  scheduler,
  platform,
  target,
}: PortalOptions = {}): Promise<DemonstrationPortal> {
  const home = mkdtempSync(join(tmpdir(), 'portal-test-'));
  const env = {
    ...(scheduler !== undefined && { PORTAL_DOLPHINSCHEDULER_URL: scheduler }),
    ...(target !== undefined && { PORTAL_TARGET: JSON.stringify(target) }),
    ...(platform !== undefined && { DOLPHINSTAGE_TEST_PLATFORM: platform }),
  };
  const portal = await launch(join(LAUNCHERS, 'portal-main.ts'), [home], env);
  return {
    ...portal,
    alerts: portal.said('alerts'),
    backend() {
      const servers = JSON.parse(readFileSync(join(home, 'run/servers.json'), 'utf8')) as {
        name: string;
        pid: number;
      }[];
      return servers.find(({ name }) => name === 'portal')?.pid ?? 0;
    },
    async stop() {
      await portal.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/**
 * A portal with app-config.production.yaml.
 *
 * @param url - where its backend listens, behind what ends TLS.
 * @param configs - files over it: what only a test can know.
 * @param env - what the configuration takes from the environment.
 */
export const startProductionPortal = (
  url: string,
  configs: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TestPortal> =>
  launch(join(LAUNCHERS, 'production-portal-main.ts'), [url, ...configs], env);

/** An OpenID Connect provider with anybody who has an address `…@example.com`; see its program. */
export const startIdentityProvider = (
  client: Readonly<{ id: string; secret: string; callback: string }>,
): Promise<TestPortal> =>
  launch(join(ROOT, 'test/src/identity-provider-main.ts'), [], {
    CLIENT: JSON.stringify(client),
  });
