import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  hasChanges,
  planJson,
  planMarkdown,
  planText,
  savePlan,
  type Plan,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { type PlanCommandOptions, withPlan } from '../workflows/with-plan';

const CHANGES = 2;

interface Options extends PlanCommandOptions {
  markdown?: boolean;
  verbose?: boolean;
  out?: string;
}

function exitCode(plan: Plan): number {
  const conflict = plan.workflows.some(({ action }) => action === 'conflict');
  if (conflict || plan.problems.length > 0) return 1;
  return hasChanges(plan) ? CHANGES : 0;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('plan')
    .description('what apply would do; exit code 0: nothing, 2: changes, 1: an error')
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--verbose', 'every change whole, and what stays as it is')
    .option('--json', 'for machines: one JSON object')
    .option('--markdown', 'as a comment on a pull request')
    .option('--out <file>', 'save it; `apply <file>` does this and nothing else')
    .action(async (paths: string[], options: Options) => {
      await withPlan(cli, paths, options, async (plan, _target, model) => {
        if (options.out) savePlan(plan, model, resolve(cli.cwd, options.out));
        if (options.json) cli.json(planJson(plan));
        else cli.out(options.markdown ? planMarkdown(plan) : planText(plan, options));
        cli.exit(exitCode(plan));
      });
    });
}
