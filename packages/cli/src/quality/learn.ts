import type { Command } from 'commander';
import {
  compareBaselines,
  isCheck,
  readLiveBaseline,
  sendCommand,
  simulateHistory,
  simulateTable,
  type ContractSet,
  type JudgeCommand,
  type SchemaRegistry,
  type SimulatedHistory,
  type StreamContract,
  type TableOptions,
} from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { callerName } from '../people';
import { CliError } from '../errors';
import { levelsTable } from './levels-table';
import {
  contractOf,
  contractsOf,
  contractsOption,
  kafkaOf,
  postgresOf,
  qualityOptions,
  registryOf,
  registryOption,
  sinceOf,
  topicsOf,
  type ContractOptions,
  type Kafka,
  type QualityOptions,
} from './options';

interface Orders extends QualityOptions, ContractOptions {}
/** A command without who gives it, and when. */
type Order = JudgeCommand extends infer C
  ? C extends JudgeCommand
    ? Omit<C, 'dataset' | 'by' | 'at'>
    : never
  : never;

interface LearnOptions extends Orders {
  since: string;
  apply?: boolean;
  dryRun?: boolean;
  table?: string;
  timeColumn?: string;
  connection?: string;
}

/** @throws CliError `USAGE` when a table is named without its column, or the other way round. */
function tableOf({ table, timeColumn, connection }: LearnOptions): TableOptions | undefined {
  if (table === undefined && timeColumn === undefined && connection === undefined) return undefined;
  if (table === undefined || timeColumn === undefined) {
    throw new CliError('USAGE', 'a table is read by --table and --time-column', {
      todo: 'Give both, or none to learn from the topic.',
    });
  }
  return { table, timeColumn };
}

async function fromTable(
  cli: CliContext,
  options: LearnOptions,
  contract: StreamContract,
  table: TableOptions,
  since: number | undefined,
): Promise<SimulatedHistory> {
  const pool = await postgresOf(cli, options, { name: options.connection, usual: 'warehouse' });
  try {
    return await simulateTable(pool, contract, table, since);
  } finally {
    await pool.end();
  }
}

async function fromTopic(
  kafka: Kafka,
  { topics }: ContractSet,
  contract: StreamContract,
  registry: SchemaRegistry | undefined,
  since: number | undefined,
): Promise<SimulatedHistory> {
  const variant = { contract, contracts: topics.get(contract.topic)!.contracts };
  const [history] = await simulateHistory(kafka, [variant], since, registry);
  return history!;
}

async function tell(cli: CliContext, dataset: string, order: Order, options: Orders) {
  contractOf(contractsOf(options), dataset);
  const command = { ...order, dataset, by: callerName(), at: Date.now() } as JudgeCommand;
  await sendCommand(await kafkaOf(cli, options), command, topicsOf(options));
}

export function registerLearn(quality: Command, cli: CliContext): void {
  registryOption(contractsOption(qualityOptions(quality.command('learn'))))
    .description(
      "learn a data set's levels from the history of its topic, or of a table, and compare them with the live ones",
    )
    .argument('<dataset>')
    .option('--table <table>', 'from a table of PostgreSQL with its rows: schema.table')
    .option('--time-column <column>', 'when a row of the table was written')
    .option(
      '--connection <name>',
      "the table's PostgreSQL connection; default: the only one there is, or warehouse",
    )
    .option('--since <duration>', 'from so long ago on', '7d')
    .option('--apply', 'hand what was learned to the checker; without it, nothing is changed')
    .option('--dry-run', 'only compare, which is what it does anyway')
    .action(async (dataset: string, options: LearnOptions) => {
      if (options.apply && options.dryRun) {
        throw new CliError('USAGE', '--apply and --dry-run exclude each other', {
          todo: 'Give one of them.',
        });
      }
      const from = tableOf(options);
      const registry = from ? undefined : await registryOf(cli, options);
      const contracts = contractsOf(options, registry);
      const contract = contractOf(contracts, dataset);
      const kafka = await kafkaOf(cli, options);
      const since = sinceOf(options.since);
      const history = from
        ? await fromTable(cli, options, contract, from, since)
        : await fromTopic(kafka, contracts, contract, registry, since);
      const { baseline, windows, rows } = history;
      if (baseline.learned === 0) {
        const where = from?.table ?? contract.topic;
        throw new CliError('CHECK_FAILED', `${where} has no whole window to learn from`, {
          todo: 'Go further back with --since.',
        });
      }
      const live = await readLiveBaseline(kafka, contract, topicsOf(options));
      const changes = compareBaselines(live, baseline, Date.now());
      if (options.apply) {
        const encoded = baseline.encode().toString('base64');
        await tell(cli, dataset, { command: 'learned', baseline: encoded }, options);
      }
      const facts = { dataset, rows, windows: windows.length, warm: baseline.warm };
      if (options.json) {
        cli.json({ ...facts, applied: options.apply ?? false, levels: changes });
        return;
      }
      cli.out(levelsTable(changes));
      cli.out(
        `${dataset}: learned from ${rows.toLocaleString('en')} rows in ${windows.length.toLocaleString('en')} windows${
          baseline.warm ? '' : '; too few to judge by'
        }.`,
      );
      cli.out(
        options.apply
          ? 'The checker was told, and judges by it from its next window on.'
          : 'Nothing was changed; --apply hands it to the checker.',
      );
    });
}

export function registerOrders(quality: Command, cli: CliContext): void {
  const simple = [
    ['freeze', 'windows are judged, but teach nothing', 'learns nothing until it is thawed'],
    ['thaw', 'windows teach again', 'learns again'],
  ] as const;
  for (const [command, description, done] of simple) {
    contractsOption(qualityOptions(quality.command(command)))
      .description(description)
      .argument('<dataset>')
      .action(async (dataset: string, options: Orders) => {
        await tell(cli, dataset, { command }, options);
        if (options.json) cli.json({ dataset, command });
        else cli.out(`${dataset} ${done}.`);
      });
  }
  contractsOption(qualityOptions(quality.command('accept')))
    .description('take the level that a check finds fault with for the new one')
    .argument('<dataset>')
    .argument('<check>', 'as `quality alerts` says it: volume, mean, null-rate, …')
    .argument('[field]', 'only of this field')
    .action(async (dataset: string, check: string, field: string | undefined, options: Orders) => {
      if (!isCheck(check)) {
        const ofSeries = check === 'series';
        throw new CliError(
          'USAGE',
          ofSeries ? 'levels of series follow by themselves' : `${check} is no check of statistics`,
          {
            todo: ofSeries
              ? "Wait: what it shows for as many windows as the contract's `relearn` says (60 unless told) is its level."
              : '`dolphinstage quality alerts` says which check has found it.',
          },
        );
      }
      await tell(cli, dataset, { command: 'accept', check, field }, options);
      if (options.json) cli.json({ dataset, command: 'accept', check, field });
      else cli.out(`${dataset}: the next window's level of ${check} is the new one.`);
    });
}
