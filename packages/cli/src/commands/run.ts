import type { Command } from 'commander';
import type { Duration } from '@dolphinstage/common';
import { startRun } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { EXIT } from '../exit-codes';
import { followRun, reportRun } from '../workflows/follow-run';
import { collectParam, localSettings } from '../workflows/run-params';

interface RunOptions {
  target?: string;
  param: Record<string, string>;
  wait?: boolean;
  timeout?: Duration;
  json?: boolean;
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('run')
    .description(
      'start a workflow; with --wait its end is the exit code: 0 success, 3 not, 4 still running',
    )
    .argument('<workflow>', 'its id, or project/id')
    .option(
      '--param <name=value>',
      'another value for a parameter; may be repeated',
      collectParam,
      {},
    )
    .option('--wait', 'follow it until it ends; Ctrl-C ends the looking, not the run')
    .option(
      '--timeout <duration>',
      'give up waiting after so long, for example 30m; the run goes on',
    )
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string, options: RunOptions) => {
      const { client, name } = await cli.target(options.target);
      const run = await startRun(client, {
        workflow,
        params: options.param,
        unscheduled: () => localSettings(cli, workflow, name),
        signal: cli.signal,
      });
      if (!options.wait) {
        if (options.json) cli.json(run);
        else cli.out(`${run.project}/${run.workflow} #${run.instanceId}: started`);
        return;
      }
      const followed = await followRun(cli, client, run, options);
      reportRun(cli, run, followed, options);
      if (!followed.goesOn && followed.state?.instance.state !== 'SUCCESS')
        cli.exit(EXIT.runFailed);
    });
}
