import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  parseStreamContract,
  simulateHistory,
  type ContractSet,
  type SimulatedHistory,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { shortTime } from '../people';
import { CliError } from '../errors';
import { textTable } from '../table';
import {
  contractsOf,
  contractsOption,
  kafkaOf,
  qualityOptions,
  registryOf,
  registryOption,
  sinceOf,
  type ContractOptions,
  type QualityOptions,
} from './options';

/** How many windows with findings are listed. */
const LISTED = 10;

type Options = QualityOptions & ContractOptions & { since: string };

function readContract(file: string): StreamContract {
  try {
    return parseStreamContract(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'EACCES') throw error;
    throw new CliError('USAGE', `can't read ${file}`, { todo: 'Name a readable contract.' });
  }
}

/** The topic's contracts as they would be with the changed one. */
function withChanged(contracts: ContractSet, changed: StreamContract): StreamContract[] {
  const others = contracts.topics.get(changed.topic)?.contracts ?? [];
  return [
    ...others.filter(
      ({ dataset, version }) => dataset !== changed.dataset || version !== changed.version,
    ),
    changed,
  ];
}

export function registerTry(quality: Command, cli: CliContext): void {
  registryOption(contractsOption(qualityOptions(quality.command('try'))))
    .description(
      'what a changed contract would have found in the last day, beside the one in force; it changes nothing',
    )
    .argument('<contract.json>')
    .option('--since <duration>', 'from so long ago on', '24h')
    .action(async (file: string, options: Options) => {
      const changed = readContract(file);
      const contracts = contractsOf(options);
      const inForce = contracts.newest.get(changed.dataset);
      const comparable = inForce?.topic === changed.topic ? inForce : undefined;
      const variants = [
        { contract: changed, contracts: withChanged(contracts, changed) },
        ...(comparable
          ? [
              {
                contract: comparable,
                contracts: contracts.topics.get(comparable.topic)!.contracts,
              },
            ]
          : []),
      ];
      const kafka = await kafkaOf(cli, options);
      const registry = await registryOf(cli, options);
      const [after, before] = await simulateHistory(
        kafka,
        variants,
        sinceOf(options.since),
        registry,
      );
      const comparison = compare(before, after!);
      if (options.json) {
        cli.json(comparison);
        return;
      }
      show(cli, comparison);
    });
}

function compare(before: SimulatedHistory | undefined, after: SimulatedHistory) {
  const faults = new Map<
    string,
    { check: string; field: string; before: number; after: number; examples: unknown[] }
  >();
  const count = (history: SimulatedHistory | undefined, side: 'before' | 'after') => {
    for (const { check, field, rows, examples } of history?.faults ?? []) {
      const key = `${check}\n${field}`;
      const known = faults.get(key) ?? { check, field, before: 0, after: 0, examples: [] };
      faults.set(key, {
        ...known,
        [side]: known[side] + rows,
        examples: side === 'after' ? [...examples] : known.examples,
      });
    }
  };
  count(before, 'before');
  count(after, 'after');
  const findings = (history: SimulatedHistory | undefined) =>
    (history?.windows ?? []).flatMap(window =>
      window.findings.map(({ check, field, words }) => ({
        start: window.start,
        check,
        field,
        words,
      })),
    );
  return {
    dataset: after.contract.dataset,
    version: { before: before?.contract.version, after: after.contract.version },
    rows: after.rows,
    windows: after.windows.length,
    warm: after.baseline.warm,
    faults: [...faults.values()],
    findings: { before: findings(before), after: findings(after) },
    alerts: { before: before?.opened.length, after: after.opened.length },
  };
}

/** The same of the same window. */
function findingKey({ start, check, field }: { start: string; check: string; field?: string }) {
  return `${start} ${check} ${field ?? ''}`;
}

function show(cli: CliContext, comparison: ReturnType<typeof compare>): void {
  const { faults, findings, alerts, version } = comparison;
  const inForce = version.before === undefined ? '–' : `version ${version.before}`;
  if (faults.length > 0) {
    cli.out(
      textTable(
        ['bad rows', 'field', `in force: ${inForce}`, `tried: version ${version.after}`],
        faults.map(fault => [fault.check, fault.field, fault.before, fault.after]),
      ),
    );
    for (const { check, field, examples } of faults) {
      for (const example of examples) {
        const { row, origin } = example as {
          row?: unknown;
          origin: { topic: string; partition: number; offset: number };
        };
        const what = row ? JSON.stringify(row) : "can't be parsed";
        cli.out(`${check} ${field}  ${origin.topic}/${origin.partition}@${origin.offset}  ${what}`);
      }
    }
  } else cli.out('No row is bad by either.');
  const known = new Set(findings.before.map(findingKey));
  if (findings.after.length > 0) {
    cli.out(
      textTable(
        ['window', 'check', 'field', 'what', 'in force'],
        findings.after
          .slice(0, LISTED)
          .map(finding => [
            ...[shortTime(finding.start), finding.check, finding.field ?? '', finding.words],
            known.has(findingKey(finding)) ? 'also' : 'not',
          ]),
      ),
    );
    if (findings.after.length > LISTED) cli.out(`… and ${findings.after.length - LISTED} more`);
  }
  cli.out(
    `${comparison.dataset}: ${comparison.rows.toLocaleString('en')} rows in ${comparison.windows.toLocaleString('en')} windows. Alerts that would have been opened: ${alerts.after}; in force: ${alerts.before ?? '–'}.`,
  );
  if (!comparison.warm) cli.out('Statistics have seen too few windows to judge.');
}
