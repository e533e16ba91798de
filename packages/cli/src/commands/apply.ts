import { statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { durationSeconds, type Duration } from '@dolphinstage/common';
import {
  apply,
  outcomeError,
  planJson,
  planText,
  type ApplyOutcome,
  type Plan,
} from '@dolphinstage/workflows';
import type { CliContext, Target } from '../context';
import { type PlanCommandOptions, withPlan, withSavedPlan } from '../workflows/with-plan';

const DONE = {
  create: 'created',
  update: 'updated',
  schedule: 'schedule updated',
  adopt: 'adopted',
  drifted: 'put back',
  unchanged: 'unchanged',
  conflict: 'left alone',
} as const;

interface ApplyCommandOptions extends PlanCommandOptions {
  lockTimeout?: Duration;
}

/** Definitions are TypeScript; any other file must be a plan. */
function isSavedPlan(path: string): boolean {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile && !['.ts', '.js', '.mts', '.cts'].includes(extname(path));
}

function outcomeText(outcome: ApplyOutcome): string {
  const name = `${outcome.project}/${outcome.id}`;
  const error = outcomeError(outcome);
  return error
    ? `${name}: not ${DONE[outcome.action]}\n${error}`
    : `${name}: ${DONE[outcome.action]}`;
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
        if (!options.json) cli.note(planText(plan));
        const { made, workflows } = await apply(client, plan, {
          signal: cli.signal,
          lockTimeoutMs: options.lockTimeout && durationSeconds(options.lockTimeout) * 1000,
          onWait: who => cli.note(`waiting for another apply: ${who}`),
          onOutcome: outcome => {
            if (!options.json) cli.out(outcomeText(outcome));
          },
        });
        const failed = workflows.filter(({ error }) => error !== undefined);
        if (options.json) {
          const outcomes = workflows.map(outcome => ({
            project: outcome.project,
            id: outcome.id,
            action: outcome.action,
            error: outcomeError(outcome) ?? null,
          }));
          cli.json({ plan: planJson(plan), made, outcomes });
        } else {
          for (const { kind, name } of made) cli.out(`${kind} ${name}: made`);
          cli.out(`Applied: ${workflows.length - failed.length} written, ${failed.length} failed.`);
          if (failed.length > 0) {
            cli.out(
              'What was written stays; those that failed are as they were. Apply again to finish.',
            );
          }
        }
        if (failed.length > 0) cli.exit(1);
      });
    });
}
