import type { Command } from 'commander';
import { previewParams } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { textTable } from '../table';
import { loadDefinitions } from '../workflows/load';

interface ParamsOptions {
  at?: string;
  target?: string;
  json?: boolean;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('params')
    .description("workflows' parameters, and what each gives at a time: offline")
    .argument('[paths...]', 'workflow files or folders; the current folder without any')
    .option(
      '--at <time>',
      "a run's scheduled time, yyyy-MM-dd HH:mm:ss in the schedule's zone; now by default",
    )
    .option('--target <name>', 'as they count for a target; as they are without any by default')
    .option('--json', 'for machines: one JSON object')
    .action((paths: string[], { at, target, json }: ParamsOptions) => {
      const { model } = loadDefinitions(cli, paths, target);
      const params = previewParams(model, { at });
      if (json) {
        cli.json({ version: 1, params: params.map(param => ({ gives: null, ...param })) });
        return;
      }
      if (params.length === 0) {
        cli.out('There are no parameters.');
        return;
      }
      const rows = params.map(param => [
        `${param.project}/${param.workflow}`,
        param.name,
        param.type,
        param.default,
        param.at,
        param.gives ?? "(the server's locale decides)",
      ]);
      cli.out(textTable(['workflow', 'parameter', 'type', 'default', 'at', 'gives'], rows));
    });
}
