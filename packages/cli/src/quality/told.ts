import type { Command } from 'commander';
import { readAlerts, readScores, type WindowScore } from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { shortTime } from '../people';
import { textTable } from '../table';
import {
  kafkaOf,
  limitOf,
  qualityOptions,
  sinceOf,
  topicsOf,
  type QualityOptions,
} from './options';

/** Numbers that people compare, not measure. */
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 });

export function registerAlerts(quality: Command, cli: CliContext): void {
  qualityOptions(quality.command('alerts'))
    .description('alerts that are open, the newest first')
    .argument('[dataset]', 'only of this data set')
    .option('--all', 'also those that are over')
    .option('--since <duration>', 'only what was told in the last so long, for example 7d')
    .action(
      async (
        dataset: string | undefined,
        options: QualityOptions & { all?: boolean; since?: string },
      ) => {
        const told = await readAlerts(await kafkaOf(cli, options), {
          topics: topicsOf(options),
          dataset,
          since: sinceOf(options.since),
        });
        const alerts = options.all ? told : told.filter(({ state }) => state === 'open');
        if (options.json) {
          cli.json({ alerts });
          return;
        }
        if (alerts.length === 0) {
          cli.out(options.all ? 'No alerts.' : 'No alert is open.');
          return;
        }
        cli.out(
          textTable(
            ['since', 'data set', 'severity', 'check', 'field', 'what', 'state'],
            alerts.map(alert => [
              ...[shortTime(alert.since), alert.dataset, alert.severity, alert.check],
              [alert.field, alert.series].filter(Boolean).join(' of '),
              alert.words,
              alert.resolved ? `over ${shortTime(alert.resolved)}` : 'open',
            ]),
          ),
        );
      },
    );
}

export function registerScores(quality: Command, cli: CliContext): void {
  qualityOptions(quality.command('scores'))
    .description('the last windows: rows, score, and which checks found the bad ones')
    .argument('[dataset]', 'only of this data set')
    .option('--since <duration>', 'only windows that were closed in the last so long', '1d')
    .option('--limit <number>', 'how many windows of each data set', '10')
    .action(
      async (
        dataset: string | undefined,
        options: QualityOptions & { since: string; limit: string },
      ) => {
        const scores = await readScores(await kafkaOf(cli, options), {
          topics: topicsOf(options),
          dataset,
          since: sinceOf(options.since),
          limit: limitOf(options.limit),
        });
        if (options.json) {
          cli.json({ scores });
          return;
        }
        if (scores.length === 0) {
          cli.out(`No window was closed in the last ${options.since}.`);
          return;
        }
        cli.out(
          textTable(
            ['window', 'data set', 'rows', 'passed', 'score', 'bad rows by check', 'findings'],
            scores.map(score => [
              ...[shortTime(score.start), score.dataset, score.rows, score.passed],
              score.score === null ? '–' : percent.format(score.score),
              partsOf(score),
              score.findings
                .map(({ check, field }) => [check, field].filter(Boolean).join(' '))
                .join(', '),
            ]),
          ),
        );
      },
    );
}

function partsOf({ parts, late }: WindowScore): string {
  const named = Object.entries(parts).map(([check, rows]) => `${check} ${rows}`);
  return [...named, ...(late > 0 ? [`(${late} late)`] : [])].join(', ');
}
