/**
 * Starts the portal as app-config.production.yaml says, says `ready <address>` on stdout, and stops it at SIGTERM. Its
 * arguments: where the backend listens, and configuration files over those of production. What is secret is in its
 * environment.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFrontend } from '../portal/build-frontend';
import { portalCommand, probePortal } from '../portal/command';
import { ROOT } from '../root';

const READY_WITHIN_MS = 240_000;

async function main(url: string, configs: readonly string[]): Promise<void> {
  await buildFrontend(text => process.stderr.write(`${text}\n`));
  const { command, args, cwd } = portalCommand([
    join(ROOT, 'app-config.production.yaml'),
    ...configs,
  ]);
  const portal = spawn(command, args, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production' },
    // What it logs goes to stderr: stdout is ours.
    stdio: ['ignore', 2, 2],
  });
  process.on('SIGTERM', () => portal.kill('SIGTERM'));
  portal.on('exit', code => process.exit(code ?? 1));
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await probePortal(url);
      break;
    } catch (error) {
      if (Date.now() > deadline) {
        portal.kill('SIGKILL');
        throw error;
      }
      await sleep(500);
    }
  }
  process.stdout.write(`ready ${url}\n`);
}

const [url = '', ...configs] = process.argv.slice(2);
main(url, configs).catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});
