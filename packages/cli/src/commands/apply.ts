import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { durationSeconds, type Duration } from '@dolphinstage/common';
import type { Plan } from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { applyPlan } from '../workflows/apply-plan';
import { type PlanCommandOptions, withPlan, withSavedPlan } from '../workflows/with-plan';

interface ApplyCommandOptions extends PlanCommandOptions {
  lockTimeout?: Duration;
}

/** Definitions are TypeScript; any other file must be a plan. */
function isSavedPlan(path: string): boolean {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile && !['.ts', '.js', '.mts', '.cts'].includes(extname(path));
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('apply')
    .description('plan, and do it; what is there already gets no request')
    .argument(
      '[paths...]',
      'workflow files or folders; the current folder without any; or one saved plan',
    )
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option(
      '--lock-timeout <duration>',
      'how long to wait for another apply in the same project; default 2m',
    )
    .option('--json', 'for machines: one JSON object')
    .action(async (paths: string[], options: ApplyCommandOptions) => {
      const [only = ''] = paths;
      const saved = paths.length === 1 && isSavedPlan(resolve(cli.cwd, only));
      const planned = (act: (plan: Plan, target: Target) => Promise<void>) =>
        saved
          ? withSavedPlan(cli, resolve(cli.cwd, only), options, act)
          : withPlan(cli, paths, options, act);
      await planned(async (plan, { client }) => {
        const good = await applyPlan(cli, plan, client, {
          json: options.json,
          lockTimeoutMs: options.lockTimeout && durationSeconds(options.lockTimeout) * 1000,
        });
        if (!good) cli.exit(1);
      });
    });
}
