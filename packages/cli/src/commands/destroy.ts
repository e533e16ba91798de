import type { Command } from 'commander';
import { destroy, planDestroy, type DestroyItem } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { loadDefinitions } from '../workflows/load';

interface DestroyCommandOptions {
  target?: string;
  yes?: boolean;
  json?: boolean;
}

const NOT_DONE = 2;

function itemText({ project, id, action, reasons }: DestroyItem): string {
  const name = `${project}/${id}`;
  if (action === 'absent') return `  ${name}: not there`;
  return action === 'destroy'
    ? `- ${name}: destroy`
    : [`! ${name}: refused`, ...reasons.map(reason => `    ${reason}`)].join('\n');
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('destroy')
    .description(
      'delete workflows that dolphinstage made, with their schedules and the history of their runs',
    )
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--yes', 'do it; otherwise it is only shown, and the exit code is 2')
    .option('--json', 'for machines: one JSON object')
    .action(async (paths: string[], options: DestroyCommandOptions) => {
      const target = await cli.target(options.target);
      const { model } = loadDefinitions(cli, paths, target.name);
      const plan = await planDestroy(target.client, model, { target: target.name });
      const workflows = plan.workflows.map(({ live, ...item }) => item);
      if (!options.json) for (const item of plan.workflows) cli.out(itemText(item));
      const todo = plan.workflows.filter(({ action }) => action === 'destroy').length;
      if (!options.yes) {
        if (options.json) cli.json({ version: 1, workflows, outcomes: [] });
        else cli.note(`Nothing was deleted; ${todo} would be with --yes.`);
        const refused = workflows.some(({ action }) => action === 'refused');
        if (refused) cli.exit(1);
        else if (todo > 0) cli.exit(NOT_DONE);
        return;
      }
      const outcomes = await destroy(target.client, plan, { signal: cli.signal });
      const failed = outcomes.filter(({ error }) => error !== undefined);
      if (options.json) {
        cli.json({
          version: 1,
          workflows,
          outcomes: outcomes.map(({ error, ...outcome }) => ({ ...outcome, error: error ?? null })),
        });
      } else {
        for (const { project, id, error } of failed)
          cli.out(`${project}/${id}: still there\n${error}`);
        cli.out(`Destroyed: ${outcomes.length - failed.length}, ${failed.length} failed.`);
      }
      if (failed.length > 0) cli.exit(1);
    });
}
