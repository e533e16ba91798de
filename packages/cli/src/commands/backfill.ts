import { Option, type Command } from 'commander';
import type { Duration } from '@dolphinstage/common';
import {
  backfillLine,
  backfillRows,
  planBackfill,
  startBackfill,
  type BackfillPlan,
  type BackfillRunOptions,
} from '@dolphinstage/workflows';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { textTable } from '../table';
import { followBackfill } from '../workflows/follow-backfill';
import { collectParam, localSettings } from '../workflows/run-params';

interface BackfillCommandOptions extends Pick<
  BackfillRunOptions,
  'from' | 'until' | 'order' | 'dependents'
> {
  dates?: string[];
  serial?: boolean;
  parallel?: number;
  param: Record<string, string>;
  dryRun?: boolean;
  wait?: boolean;
  timeout?: Duration;
  target?: string;
  json?: boolean;
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CliError('USAGE', `--parallel ${text}`, { todo: 'Give a whole number.' });
}

const listOf = (text: string): string[] => text.split(',').map(date => date.trim());

function planText({ project, workflow, times, by, parallel }: BackfillPlan): string {
  const how = parallel > 1 ? `${parallel} at once` : 'one after the other';
  const from = by === 'dates' ? 'as given' : `by ${by}`;
  return [
    ...times,
    `${project}/${workflow}: ${times.length} ${times.length === 1 ? 'run' : 'runs'} ${from}, ${how}. Nothing was started.`,
  ].join('\n');
}

export function register(program: Command, cli: CliContext): void {
  program
    .command('backfill')
    .description(
      'run a workflow for times that have passed; with --wait its end is the exit code: 0 all succeeded, 3 not, 4 still running',
    )
    .argument('<workflow>', 'its id, or project/id')
    .option('--from <time>', "the first, yyyy-MM-dd or 'yyyy-MM-dd HH:mm:ss' in the server's zone")
    .option('--until <time>', 'the last; a day alone is its begin')
    .option('--dates <list>', 'these times instead, with commas between', listOf)
    .addOption(
      new Option('--serial', 'one after the other, until one fails; the default').conflicts(
        'parallel',
      ),
    )
    .option('--parallel <number>', 'so many at once', countOf)
    .addOption(
      new Option(
        '--order <order>',
        "needs a server of line 3.2 or newer; the server's by default",
      ).choices(['oldest-first', 'newest-first']),
    )
    .addOption(
      new Option('--dependents <which>', 'also run what depends on it; all needs line 3.2').choices(
        ['none', 'direct', 'all'],
      ),
    )
    .option(
      '--param <name=value>',
      'another value for a parameter; may be repeated',
      collectParam,
      {},
    )
    .option('--dry-run', 'only say for which times')
    .option('--wait', 'follow it until it ends; Ctrl-C ends the looking, not the backfill')
    .option('--timeout <duration>', 'give up waiting after so long, for example 30m; it goes on')
    .option('--target <name>', 'an instance of app-config.yaml; the embedded platform by default')
    .option('--json', 'for machines: one JSON object')
    .action(async (workflow: string, options: BackfillCommandOptions) => {
      const { client, name } = await cli.target(options.target);
      const { from, until, dates, parallel, order, dependents } = options;
      const planned = await planBackfill(client, {
        workflow,
        params: options.param,
        unscheduled: () => localSettings(cli, workflow, name),
        from,
        until,
        dates,
        parallel,
        order,
        dependents,
      });
      const { project, projectCode, workflow: id, times, by } = planned;
      const what = { project, projectCode, workflow: id, times, by };
      if (options.dryRun) {
        if (options.json) cli.json({ ...what, begun: [] });
        else cli.out(planText(planned));
        return;
      }
      const backfill = await startBackfill(client, planned, { signal: cli.signal });
      const { begun } = backfill;
      if (!options.wait) {
        if (options.json) cli.json({ ...what, begun });
        else
          cli.out(
            `${project}/${id}: backfill of ${times.length} started, with ${begun.map(run => `#${run}`).join(', ')}`,
          );
        return;
      }
      const state = await followBackfill(cli, client, backfill, options);
      if (options.json) {
        const runs = (state?.runs ?? []).map(({ time, instance }) => ({
          time,
          instanceId: instance?.id ?? null,
          state: instance?.state ?? null,
        }));
        cli.json({ ...what, begun, runs, ended: state?.ended ?? false });
      } else if (state && !cli.interactive) {
        cli.out(textTable(['time', 'run', 'state', 'duration'], backfillRows(state)));
        cli.out(backfillLine(backfill, state));
      }
    });
}
