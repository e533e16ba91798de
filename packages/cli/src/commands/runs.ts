import type { Command } from 'commander';
import type { Duration } from '@dolphinstage/common';
import { controlRun, findRun, forceSuccess, listRuns, type RunVerb } from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { EXIT } from '../exit-codes';
import { textTable } from '../table';
import { followRun, reportRun } from '../workflows/follow-run';

interface RunsOptions {
  target?: string;
  limit: string;
  json?: boolean;
}

interface ControlOptions {
  target?: string;
  wait?: boolean;
  timeout?: Duration;
  json?: boolean;
}

const VERBS: Readonly<
  Record<RunVerb, { description: string; asked: string; ends: readonly string[] }>
> = {
  stop: { description: 'kill its tasks', asked: 'is being stopped', ends: ['STOP'] },
  pause: {
    description: 'let nothing begin after what runs now',
    asked: 'is being paused',
    ends: ['PAUSE', 'SUCCESS'],
  },
  resume: {
    description: 'a paused or stopped run goes on where it was',
    asked: 'goes on',
    ends: ['SUCCESS'],
  },
  repeat: {
    description: 'all tasks again, with the parameters of its start',
    asked: 'runs again',
    ends: ['SUCCESS'],
  },
  retry: {
    description: 'a failed run goes on with the tasks that have failed',
    asked: 'goes on with what has failed',
    ends: ['SUCCESS'],
  },
};

function registerVerb(runs: Command, cli: CliContext, verb: RunVerb): void {
  const { description, asked, ends } = VERBS[verb];
  runs
    .command(verb)
    .description(description)
    .argument('<run>', "its number; or a workflow's id or project/id: its latest run")
    .option(
      '--wait',
      `follow it until it ends: 0 if that is ${ends.join(' or ').toLowerCase()}, else 3`,
    )
    .option('--timeout <duration>', 'give up waiting after so long, for example 30m: 4')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    // `runs` has some of these options itself, and takes them first.
    .action(async (name: string, _own: ControlOptions, command: Command) => {
      const options = command.optsWithGlobals<ControlOptions>();
      const { client } = await cli.target(options.target);
      const run = await findRun(client, name);
      await controlRun(client, run, verb, { signal: cli.signal });
      if (!options.json) cli.note(`${run.project}/${run.workflow} #${run.instanceId} ${asked}`);
      if (!options.wait) {
        if (options.json) cli.json({ ...run, instance: undefined });
        return;
      }
      const followed = await followRun(cli, client, run, options);
      reportRun(cli, run, followed, options);
      const state = followed.state?.instance.state ?? '';
      if (!followed.goesOn && !ends.includes(state)) cli.exit(EXIT.runFailed);
    });
}

function registerForce(runs: Command, cli: CliContext): void {
  runs
    .command('force-success')
    .description(
      'let a task that has failed count as done for workflows that depend on it; the run stays failed',
    )
    .argument('<run>', "its number; or a workflow's id or project/id: its latest run")
    .requiredOption('--task <name>', 'the task')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (name: string, _own: { task: string }, command: Command) => {
      const { task, target, json } = command.optsWithGlobals<ControlOptions & { task: string }>();
      const { client } = await cli.target(target);
      const run = await findRun(client, name);
      await forceSuccess(client, run, task);
      if (json) cli.json({ ...run, instance: undefined, task });
      else
        cli.out(
          `${run.project}/${run.workflow} #${run.instanceId}: ${task} counts as done, the run stays failed`,
        );
    });
}

export function register(program: Command, cli: CliContext): void {
  const runs = program
    .command('runs')
    .description('the latest runs, the newest first; or stop, pause, resume, repeat, retry one')
    .enablePositionalOptions()
    .argument('[workflow]', 'its id, or project/id; all without it')
    .option('--limit <number>', 'how many', '20')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string | undefined, { target, limit, json }: RunsOptions) => {
      if (!/^[1-9]\d{0,4}$/.test(limit)) {
        throw new CliError('USAGE', `--limit ${limit}`, { todo: 'Give a whole number.' });
      }
      const { client } = await cli.target(target);
      const found = await listRuns(client, { workflow, limit: Number(limit) });
      if (json) {
        cli.json({ runs: found });
        return;
      }
      const rows = found.map(({ project, workflow: name, instance }) => [
        `${project}/${name}`,
        `#${instance.id}`,
        instance.state.toLowerCase(),
        instance.startTime ?? '',
        instance.endTime ?? '',
        instance.commandType.toLowerCase(),
      ]);
      cli.out(textTable(['workflow', 'run', 'state', 'started', 'ended', 'by'], rows));
    });
  for (const verb of Object.keys(VERBS) as RunVerb[]) registerVerb(runs, cli, verb);
  registerForce(runs, cli);
}
