import type { Command } from 'commander';
import { listRuns, readRunLogs, WorkflowError } from '@dolphinstage/workflows';
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
    .argument('<workflow>', 'its id, or project/id')
    .option('--instance <number>', 'a run; the latest by default')
    .option('--task <id>', 'only this task')
    .option('--follow', 'go on until the run ends')
    .option('--worker', "with the worker's own lines")
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object a line')
    .action(async (workflow: string, options: LogsOptions) => {
      const { client } = await cli.target(options.target);
      const rows = await listRuns(client, { workflow, limit: options.instance ? 1000 : 1 });
      const row = options.instance
        ? rows.find(({ instance }) => String(instance.id) === options.instance)
        : rows[0];
      if (!row) {
        throw new WorkflowError(
          'WORKFLOW_NOT_FOUND',
          options.instance
            ? `${workflow} has no run ${options.instance}`
            : `${workflow} has not run yet`,
          { todo: 'dolphinstage runs lists the runs.' },
        );
      }
      const print = (task: string, line: string) => {
        if (options.json) cli.json({ task, line });
        else cli.out(options.task ? line : `${task} | ${line}`);
      };
      const run = { projectCode: row.projectCode, instanceId: row.instance.id };
      try {
        await readRunLogs(client, run, print, { ...options, signal: cli.signal });
      } catch (error) {
        if (!cli.signal.aborted) throw error;
      }
    });
}
