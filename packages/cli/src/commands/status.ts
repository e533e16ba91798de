import type { Command } from 'commander';
import { workflowStatus } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { statusText } from '../workflows/status';

interface StatusOptions {
  target?: string;
  json?: boolean;
}

async function showWorkflow(
  cli: CliContext,
  workflow: string,
  { target, json }: StatusOptions,
): Promise<void> {
  const { client } = await cli.target(target);
  const status = await workflowStatus(client, workflow);
  if (json) cli.json(status);
  else cli.out(statusText(status));
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('status')
    .description(
      'the embedded platform: each server with port, pid, health and memory; or a workflow: released or not, its schedule, whose it is, its last runs',
    )
    .argument('[workflow]', 'its id, or project/id; the platform without it')
    .option(
      '--target <name>',
      "a workflow's instance of app-config.yaml; the embedded platform by default",
    )
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string | undefined, options: StatusOptions) => {
      if (workflow !== undefined) {
        await showWorkflow(cli, workflow, options);
        return;
      }
      if (options.target !== undefined) {
        throw new CliError('USAGE', '--target without a workflow', {
          todo: 'Name one: only the embedded platform has servers to show.',
        });
      }
      const { platform } = cli.installation;
      if (!platform) {
        throw new CliError('USAGE', 'status of what?', { todo: 'Name a workflow.' });
      }
      await platform.showStatus(cli, options.json ?? false);
    });
}
