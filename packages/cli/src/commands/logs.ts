import type { Command } from 'commander';
import { findRun, readRunLogs } from '@dolphinstage/workflows';
import { EXIT } from '../exit-codes';
import type { CliContext } from '../context';

interface LogsOptions {
  target?: string;
  instance?: string;
  task?: string;
  follow?: boolean;
  worker?: boolean;
  json?: boolean;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('logs')
    .description("what a run's tasks have written")
    .argument('<run>', "a workflow's id or project/id: its latest run; or a run's number")
    .option('--instance <number>', "the run's number")
    .option('--task <id>', 'only this task')
    .option('--follow', 'go on until the run ends')
    .option('--worker', "with the worker's own lines")
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object a line')
    .action(async (workflow: string, options: LogsOptions) => {
      const { client } = await cli.target(options.target);
      const run = await findRun(client, options.instance ?? workflow);
      const print = (task: string, line: string) => {
        if (options.json) cli.json({ task, line });
        else cli.out(options.task ? line : `${task} | ${line}`);
      };
      try {
        await readRunLogs(client, run, print, { ...options, signal: cli.signal });
      } catch (error) {
        if (!cli.signal.aborted) throw error;
        cli.note(`${run.project}/${run.workflow} #${run.instanceId} goes on`);
        cli.exit(EXIT.interrupted);
      }
    });
}
