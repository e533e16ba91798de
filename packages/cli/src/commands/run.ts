import type { Command } from 'commander';
import { durationSeconds, formatError, type Duration } from '@dolphinstage/common';
import type { DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import {
  runLine,
  startRun,
  watchRun,
  type RunRef,
  type RunSettings,
  type RunState,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { runDisplay } from '../workflows/live-table';
import { loadDefinitions } from '../workflows/load';

interface RunOptions {
  target?: string;
  param: Record<string, string>;
  wait?: boolean;
  timeout?: Duration;
  json?: boolean;
}

function collectParam(text: string, given: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new CliError('USAGE', `"${text}" is no parameter`, { todo: 'Write name=value.' });
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}

/** What the definition in the current folder says of its runs; a run doesn't fail for want of it. */
async function localSettings(cli: CliContext, name: string): Promise<RunSettings | undefined> {
  try {
    const { model } = loadDefinitions(cli, []);
    return model.workflows.find(({ id, project }) => name === id || name === `${project}/${id}`);
  } catch (error) {
    cli.note(`no alerts for this run: its definition can't be read here\n${formatError(error)}`);
    return undefined;
  }
}

/** Shows the run until it ends. Undefined when the user has stopped looking. */
async function follow(
  cli: CliContext,
  client: DolphinSchedulerClient,
  run: RunRef,
  { timeout, json }: RunOptions,
): Promise<RunState | undefined> {
  const show = json ? () => undefined : runDisplay(cli, run);
  const timeoutMs = timeout === undefined ? undefined : durationSeconds(timeout) * 1000;
  let last: RunState | undefined;
  try {
    for await (const state of watchRun(client, run, { timeoutMs, signal: cli.signal })) {
      last = state;
      show(state);
    }
    return last;
  } catch (error) {
    if (!cli.signal.aborted) throw error;
    cli.note(
      `${run.project}/${run.workflow} #${run.instanceId} goes on; dolphinstage logs ${run.project}/${run.workflow} --follow shows it`,
    );
    return undefined;
  }
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('run')
    .description('start a workflow; with --wait its end is the exit code')
    .argument('<workflow>', 'its id, or project/id')
    .option(
      '--param <name=value>',
      'another value for a parameter; may be repeated',
      collectParam,
      {},
    )
    .option('--wait', 'follow it until it ends: 0 only if it succeeded')
    .option(
      '--timeout <duration>',
      'give up waiting after so long, for example 30m; the run goes on',
    )
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string, options: RunOptions) => {
      const { client } = await cli.target(options.target);
      const run = await startRun(client, {
        workflow,
        params: options.param,
        unscheduled: () => localSettings(cli, workflow),
        signal: cli.signal,
      });
      if (!options.wait) {
        if (options.json) cli.json(run);
        else cli.out(`${run.project}/${run.workflow} #${run.instanceId}: started`);
        return;
      }
      const state = await follow(cli, client, run, options);
      if (options.json) {
        const tasks = state?.tasks.map(task => ({ id: task.id, state: task.state }));
        cli.json({ ...run, state: state?.instance.state ?? null, tasks: tasks ?? [] });
      } else if (state && !cli.interactive) {
        cli.out(runLine(run.project, run.workflow, state));
      }
      if (state?.instance.state !== 'SUCCESS') cli.exit(1);
    });
}
