import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { endProcessesOf, supervisorOf } from '@dolphinstage/embedded';
import type { CliContext } from '../context';
import { platformHome } from '../home';

const LIMIT_SECONDS = 60;

/** Ends the platform, whoever started it; also what a killed launcher has left behind. */
async function down(cli: CliContext): Promise<void> {
  const home = platformHome();
  const supervisor = supervisorOf(home);
  if (supervisor !== undefined) {
    process.kill(supervisor, 'SIGTERM');
    const deadline = Date.now() + LIMIT_SECONDS * 1000;
    while (supervisorOf(home) !== undefined && Date.now() < deadline) await sleep(100);
  }
  const left = await endProcessesOf(home.path);
  cli.note(supervisor === undefined && left === 0 ? 'nothing was up' : 'down');
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('down')
    .description('end the platform')
    .action(() => down(cli));
  program
    .command('reset')
    .description('end the platform and delete all its data; downloads stay')
    .option('--yes', 'without being asked')
    .action(async ({ yes = false }: { yes?: boolean }) => {
      const { path } = platformHome();
      if (!yes && cli.interactive && !(await agrees(`Delete everything in ${path}? [y/N] `))) {
        cli.note('nothing deleted');
        return;
      }
      await down(cli);
      rmSync(path, { recursive: true, force: true });
      cli.note(`deleted ${path}`);
    });
}

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}
