import { isUtf8 } from 'node:buffer';
import type { Command } from 'commander';
import {
  findQuarantined,
  listQuarantine,
  replayQuarantine,
  shownRow,
  type QuarantinedRow,
} from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { callerName, shortTime } from '../people';
import { CliError } from '../errors';
import { textTable } from '../table';
import {
  contractsOf,
  contractsOption,
  kafkaOf,
  limitOf,
  qualityOptions,
  registryOf,
  registryOption,
  sinceOf,
  topicsOf,
  type ContractOptions,
  type QualityOptions,
} from './options';

interface FilterOptions extends QualityOptions {
  dataset?: string;
  check?: string;
  since?: string;
}

interface ShowOptions extends QualityOptions, ContractOptions {
  raw?: boolean;
}

interface ReplayOptions extends FilterOptions, ContractOptions {
  id?: string[];
  all?: boolean;
  dryRun?: boolean;
  unchecked?: boolean;
}

/** How many rows that weren't replayed are listed. */
const LISTED = 20;

/** What may be said of a row to anybody: nothing of what is in it. */
function facts({ value: _value, key: _key, headers, ...row }: QuarantinedRow) {
  return { ...row, headers: Object.keys(headers) };
}

function filters(command: Command): Command {
  return command
    .option('--dataset <name>', 'only of this data set')
    .option('--check <name>', 'only what this check has found: schema, unparsable, version')
    .option('--since <duration>', 'only what came in the last so long, for example 2h');
}

function registerList(group: Command, cli: CliContext): void {
  qualityOptions(filters(group.command('list')))
    .description('bad rows, the newest first: why and from where; nothing of what is in them')
    .option('--limit <number>', 'how many', '20')
    .action(async ({ dataset, check, ...options }: FilterOptions & { limit: string }) => {
      const rows = await listQuarantine(await kafkaOf(cli, options), {
        ...{ dataset, check, since: sinceOf(options.since) },
        topics: topicsOf(options),
        limit: limitOf(options.limit),
      });
      if (options.json) {
        cli.json({ rows: rows.map(facts) });
        return;
      }
      if (rows.length === 0) {
        cli.out('The quarantine has no such row.');
        return;
      }
      cli.out(
        textTable(
          ['id', 'since', 'data set', 'check', 'field', 'detail', 'origin', 'bytes', 'replayed'],
          rows.map(row => [
            ...[row.id, shortTime(row.quarantined), row.dataset, row.check, row.field, row.detail],
            `${row.origin.topic}/${row.origin.partition}@${row.origin.offset}`,
            row.bytes,
            row.replayed ? shortTime(row.replayed.at) : '',
          ]),
        ),
      );
    });
}

function registerShow(group: Command, cli: CliContext): void {
  registryOption(contractsOption(qualityOptions(group.command('show'))))
    .description('one row; what its contract redacts is masked')
    .argument('<id>', 'as `list` says it')
    .option('--raw', 'as it came, with its key and headers: nothing is masked')
    .action(async (id: string, options: ShowOptions) => {
      const row = await findQuarantined(await kafkaOf(cli, options), id, topicsOf(options));
      if (!row) {
        throw new CliError('USAGE', `the quarantine has no row ${id}`, {
          todo: '`dolphinstage quality quarantine list` shows what it has.',
        });
      }
      const content = options.raw
        ? rawContent(row)
        : { row: await shownRow(row, contractsOf(options, await registryOf(cli, options))) };
      if (options.json) {
        cli.json({ ...facts(row), ...content });
        return;
      }
      cli.out(
        textTable(
          ['', ''],
          [
            ...[['id', row.id]],
            ...[['data set', `${row.dataset}, version ${row.version}`]],
            ...[['reason', [row.check, row.field, row.detail].filter(Boolean).join(' · ')]],
            ...[['origin', `${row.origin.topic}/${row.origin.partition}@${row.origin.offset}`]],
            ...[['written', shortTime(row.time)]],
            ...[['quarantined', shortTime(row.quarantined)]],
            ...[['bytes', `${row.bytes}${row.copied ? '' : ', not copied: too large'}`]],
            ...(row.replayed
              ? [['replayed', `${shortTime(row.replayed.at)} by ${row.replayed.by ?? 'somebody'}`]]
              : []),
          ],
        ).trimStart(),
      );
      if ('row' in content) {
        cli.out(
          content.row
            ? JSON.stringify(content.row, undefined, 2)
            : "It can't be parsed; --raw shows it as it came.",
        );
      } else cli.out(JSON.stringify(content, undefined, 2));
    });
}

/** Bytes that are no text are shown as base64. */
function rawContent({ value, key, headers }: QuarantinedRow) {
  const shown = value && !isUtf8(value) ? { base64: value.toString('base64') } : value?.toString();
  return {
    key: key?.toString(),
    value: shown,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, text.toString()]),
    ),
  };
}

function registerReplay(group: Command, cli: CliContext): void {
  registryOption(contractsOption(qualityOptions(filters(group.command('replay')))))
    .description('write rows that are good by now to their topics again, each once')
    .option('--id <id...>', 'only these rows')
    .option('--all', 'all rows')
    .option('--unchecked', 'also rows that the contracts still refuse, or that no contract is of')
    .option('--dry-run', 'say what would be written')
    .action(async ({ dataset, check, ...options }: ReplayOptions) => {
      const { id: ids, since } = options;
      if (!ids && !dataset && !check && !since && !options.all) {
        throw new CliError('USAGE', 'which rows?', {
          todo: 'Say --dataset, --check, --since or --id; or --all.',
        });
      }
      const result = await replayQuarantine(await kafkaOf(cli, options), {
        ...{ ids, dataset, check, since: sinceOf(since), by: callerName() },
        topics: topicsOf(options),
        dryRun: options.dryRun ?? false,
        ...(options.unchecked
          ? {}
          : { contracts: contractsOf(options, await registryOf(cli, options)) }),
      });
      if (options.json) {
        cli.json({ dryRun: options.dryRun ?? false, ...result });
        return;
      }
      const { replayed, skipped, stillBad } = result;
      const left = [
        ...stillBad.map(bad => [
          bad.id,
          `still bad: ${[bad.check, bad.field, bad.detail].filter(Boolean).join(' · ')}`,
        ]),
        ...skipped.map(({ id, reason }) => [id, reason]),
      ];
      if (left.length > 0) cli.out(textTable(['id', 'not replayed'], left.slice(0, LISTED)));
      if (left.length > LISTED) cli.out(`… and ${left.length - LISTED} more`);
      const verb = options.dryRun ? 'would be replayed' : 'replayed';
      cli.out(
        `${replayed.length} ${verb}, ${stillBad.length} still bad, ${skipped.length} skipped.`,
      );
    });
}

export function registerQuarantine(quality: Command, cli: CliContext): void {
  const group = quality
    .command('quarantine')
    .description('bad rows: look at them, and replay them after a fix');
  registerList(group, cli);
  registerShow(group, cli);
  registerReplay(group, cli);
}
