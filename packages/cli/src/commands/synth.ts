import type { Command } from 'commander';
import type { CliContext } from '../context';
import { loadDefinitions } from '../workflows/load';

export function register(program: Command, cli: CliContext): void {
  program
    .command('synth')
    .description('workflow definitions as plain JSON: offline, the same on every machine')
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option('--target <name>', 'as they count for a target; as they are without any by default')
    .option('--json', 'for machines: one line')
    .action((paths: string[], { target, json }: { target?: string; json?: boolean }) => {
      const { model } = loadDefinitions(cli, paths, target);
      if (json) cli.json(model);
      else cli.out(JSON.stringify(model, null, 2));
    });
}
