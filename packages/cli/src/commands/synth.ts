import type { Command } from 'commander';
import type { CliContext } from '../context';
import { loadDefinitions } from '../workflows/load';

export function register(program: Command, cli: CliContext): void {
  program
    .command('synth')
    .description('workflow definitions as plain JSON: offline, the same on every machine')
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--json', 'for machines: one line')
    .action((paths: string[], { json }: { json?: boolean }) => {
      const { model } = loadDefinitions(cli, paths);
      if (json) cli.json(model);
      else cli.out(JSON.stringify(model, null, 2));
    });
}
