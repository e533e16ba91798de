import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { servers, supervisorOf, type Home } from '@dolphinstage/embedded';
import { externalServers, readConfig } from '../config';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { platformHome } from '../home';
import { extras, type Extra } from '../platform/extras';
import { chooseExtras, parseNames } from '../platform/extras/choose';
import { runningExtras } from '../platform/extras/running';
import { applyFiles } from '../platform/apply-files';
import { readEmbeddedTarget } from '../platform/embedded-target';
import { onServers } from '../platform/events';
import { Platform } from '../platform/platform';
import { ROOT } from '../root';
import { printOutcome, type Outcome } from '../platform/outcome';
import { runWarehouse } from '../platform/warehouse';
import { catchUp } from '../repository/catch-up';
import { Repository } from '../repository/repository';
import { repositoryState } from '../repository/state';

const DETACH_LIMIT_SECONDS = 900;

interface UpOptions {
  check?: boolean;
  detach?: boolean;
  with?: string[];
}

/** Starts, runs the warehouse workflow once, and shows what happened. */
async function up(cli: CliContext, { check = false, with: names = [] }: UpOptions): Promise<void> {
  const start = Date.now();
  const chosen = chooseExtras(names, extras);
  const home = platformHome();
  const ready = home.file('run', 'ready');
  rmSync(ready, { force: true });
  const platform = new Platform({
    home,
    external: externalServers(await readConfig(cli.cwd, ROOT)),
    extras: chosen,
    ...onServers(cli),
  });
  let outcome: Outcome;
  let begun: Record<string, object>;
  try {
    await platform.start();
    outcome = await runWarehouse(cli, home);
    printOutcome(cli, outcome);
    begun = chosen.length > 0 ? await beginExtras(cli, home, platform, chosen) : {};
    const repository = new Repository(home);
    await catchUp(cli, repository);
    if (!check) {
      writeFileSync(ready, '');
      const open = servers.find(({ openPorts }) => openPorts);
      if (open) cli.note(`  (${open.name}: ${open.openPorts})`);
      cli.note((await repositoryState(repository)).text);
      cli.note('The platform is up. Ctrl-C ends it; `./dolphinstage status` shows it.');
      await aborted(cli.signal);
    }
  } finally {
    rmSync(ready, { force: true });
    await platform.stop();
  }
  if (check) {
    const seconds = Math.round((Date.now() - start) / 100) / 10;
    cli.json({ ...outcome.summary, ...begun, seconds });
    if (!outcome.good) cli.exit(1);
  }
}

/** Applies the workflows of extras, and lets each begin. @returns what they have begun with, by their names. */
async function beginExtras(
  cli: CliContext,
  home: Home,
  platform: Platform,
  chosen: readonly Extra[],
): Promise<Record<string, object>> {
  const target = await readEmbeddedTarget(home);
  const further = chosen.flatMap(({ workflows = [] }) => workflows);
  if (further.length > 0) await applyFiles(cli, home, target, further);
  const context = await platform.context();
  const begun: Record<string, object> = {};
  for (const { name, begin } of chosen) {
    if (begin) begun[name] = await begin({ ...context, cli, target });
  }
  return begun;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    // A signal's listener doesn't keep the process alive; the servers' exit handlers do.
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

/** Starts `up` as a process of its own and waits until it is ready. */
async function detach(cli: CliContext, { with: names = [] }: UpOptions): Promise<void> {
  const chosen = chooseExtras(names, extras);
  const home = platformHome();
  const running = supervisorOf(home);
  if (running !== undefined) {
    cli.note(`the platform is up already, under process ${running}`);
    const kept = runningExtras(home, extras);
    const missing = chosen.filter(extra => !kept.includes(extra)).map(({ name }) => name);
    if (missing.length > 0) {
      throw new CliError('USAGE', `the platform runs without ${missing.join(', ')}`, {
        todo: 'End it (./dolphinstage down) and start it again with all that you want.',
      });
    }
    return;
  }
  const log = home.file('logs', 'up.log');
  const ready = home.file('run', 'ready');
  rmSync(ready, { force: true });
  const output = openSync(log, 'w');
  const child = spawn(
    process.execPath,
    [
      ...process.execArgv,
      join(ROOT, 'packages/cli/src/main.ts'),
      'up',
      ...chosen.flatMap(({ name }) => ['--with', name]),
    ],
    { cwd: cli.cwd, detached: true, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  child.unref();
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = `${signal ?? code}`;
  });
  cli.note(`starting; its output goes to ${log}`);
  const deadline = Date.now() + DETACH_LIMIT_SECONDS * 1000;
  while (!existsSync(ready)) {
    const why = whyNot(ended, Date.now() > deadline, cli.signal.aborted);
    if (why) {
      throw new CliError('TIMEOUT', `the platform is not up: ${why}`, {
        where: log,
        todo: 'Read its output; ./dolphinstage down ends what may still be starting.',
      });
    }
    await sleep(200);
  }
  cli.note(`up under process ${child.pid}; ./dolphinstage down ends it`);
}

function whyNot(
  ended: string | undefined,
  late: boolean,
  interrupted: boolean,
): string | undefined {
  if (ended !== undefined) return `it ended with ${ended}`;
  if (interrupted) return 'waiting for it was interrupted; it goes on';
  return late ? `not within ${DETACH_LIMIT_SECONDS} s` : undefined;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('up')
    .description('set everything up, start the platform, run the warehouse workflow once')
    .option('--check', 'end by itself: 0 only if the workflow succeeded and nothing is lost')
    .option('--detach', 'come back when it is up')
    .option(
      '--with <names>',
      `what to start besides, with commas between or --with again: ${extras.map(({ name, title }) => `${name} (${title})`).join('; ')}`,
      parseNames,
    )
    .action((options: UpOptions) => (options.detach ? detach(cli, options) : up(cli, options)));
}
