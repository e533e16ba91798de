import type { Command } from 'commander';
import { listRuns } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { textTable } from '../table';

interface RunsOptions {
  target?: string;
  limit: string;
  json?: boolean;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('runs')
    .description('the latest runs, the newest first')
    .argument('[workflow]', 'its id, or project/id; all without it')
    .option('--limit <number>', 'how many', '20')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string | undefined, { target, limit, json }: RunsOptions) => {
      if (!/^[1-9]\d{0,4}$/.test(limit)) {
        throw new CliError('USAGE', `--limit ${limit}`, { todo: 'Give a whole number.' });
      }
      const { client } = await cli.target(target);
      const runs = await listRuns(client, { workflow, limit: Number(limit) });
      if (json) {
        cli.json({ runs });
        return;
      }
      const rows = runs.map(({ project, workflow: name, instance }) => [
        `${project}/${name}`,
        `#${instance.id}`,
        instance.state.toLowerCase(),
        instance.startTime ?? '',
        instance.endTime ?? '',
        instance.commandType.toLowerCase(),
      ]);
      cli.out(textTable(['workflow', 'run', 'state', 'started', 'ended', 'by'], rows));
    });
}
