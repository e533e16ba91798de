import type { Command } from 'commander';
import { hasChanges, planJson, planMarkdown, planText, type Plan } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { type PlanCommandOptions, withPlan } from '../workflows/with-plan';

const CHANGES = 2;

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
    .option('--json', 'for machines: one JSON object')
    .option('--markdown', 'as a comment on a pull request')
    .action(async (paths: string[], options: PlanCommandOptions & { markdown?: boolean }) => {
      await withPlan(cli, paths, options, async plan => {
        if (options.json) cli.json(planJson(plan));
        else cli.out(options.markdown ? planMarkdown(plan) : planText(plan));
        cli.exit(exitCode(plan));
      });
    });
}
