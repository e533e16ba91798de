import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { durationSeconds, type Duration } from '@dolphinstage/common';
import { openKafka, readConnections, type Connections } from '@dolphinstage/task-kit';
import {
  ContractFolder,
  topicsWith,
  TOPICS,
  type ContractSet,
  type QualityTopics,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { CliError } from '../errors';
import { ROOT } from '../root';
import { connectionsFile, withConnections } from '../workflows/connections-file';

/** What every `quality` command takes. */
export interface QualityOptions {
  connections?: string;
  kafka?: string;
  topicSuffix?: string;
  json?: boolean;
}

export interface ContractOptions {
  contracts?: string;
}

export type Kafka = Awaited<ReturnType<typeof openKafka>>;

export function qualityOptions(command: Command): Command {
  return command
    .option(
      '--connections <file>',
      "default: $DOLPHINSTAGE_CONNECTIONS, else the embedded tenant's",
    )
    .option('--kafka <name>', 'the Kafka connection; default: kafka, or the only one there is')
    .option('--topic-suffix <text>', "as the checker's: ends the names of its topics")
    .option('--json', 'for machines: one JSON object');
}

export function contractsOption(command: Command): Command {
  return command.option(
    '--contracts <folder>',
    "the checker's contracts; default: this checkout's",
  );
}

/** @throws CliError `USAGE` when there is no such connection. */
export async function kafkaOf(
  cli: CliContext,
  { connections: told, kafka: name }: QualityOptions,
): Promise<Kafka> {
  const file = told ?? (await connectionsFile(cli));
  if (!file) {
    throw new CliError('USAGE', 'there is no connections file to use', {
      todo: 'Name one with --connections or DOLPHINSTAGE_CONNECTIONS, or start the platform once.',
    });
  }
  const known = withConnections(file, () => readConnections(file));
  const names = Object.keys(known).filter(each => known[each]?.kind === 'kafka');
  const chosen = name ?? (names.length === 1 ? names[0] : 'kafka');
  const settings = chosen === undefined ? undefined : known[chosen];
  if (settings?.kind !== 'kafka') {
    throw new CliError('USAGE', `${chosen} is no Kafka connection`, {
      where: file,
      todo: names.length > 0 ? `Use one of: ${names.join(', ')}.` : 'Add one to the file.',
    });
  }
  return openKafka(settings as Extract<Connections[string], { kind: 'kafka' }>);
}

export function topicsOf({ topicSuffix }: QualityOptions): QualityTopics {
  return topicSuffix === undefined ? TOPICS : topicsWith(topicSuffix);
}

/** `7d` ago, in ms since 1970. */
export function sinceOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.now() - durationSeconds(text as Duration) * 1000;
}

/** @throws CliError `USAGE` unless it is a whole number above 0. */
export function limitOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new CliError('USAGE', `--limit ${text}`, { todo: 'Give a whole number.' });
  }
  return Number(text);
}

/** @throws QualityError `CONTRACT_INVALID`, `CONTRACTS_UNUSABLE`; CliError `USAGE` without a folder. */
export function contractsOf({ contracts }: ContractOptions): ContractSet {
  const folder = contracts ?? join(ROOT, 'tasks/data-quality/contracts');
  if (!contracts && !existsSync(folder)) {
    throw new CliError('USAGE', 'there are no contracts to read', {
      todo: 'Name their folder with --contracts.',
    });
  }
  return new ContractFolder(folder).current;
}

/** @throws CliError `USAGE` when no contract is the data set's. */
export function contractOf(contracts: ContractSet, dataset: string): StreamContract {
  const contract = contracts.newest.get(dataset);
  if (contract) return contract;
  throw new CliError('USAGE', `no contract is that of ${dataset}`, {
    todo: `Use one of: ${[...contracts.newest.keys()].join(', ')}.`,
  });
}

/** A time as people read it. */
export function shortTime(time: number | string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** Who does it, for what is written down. */
export function callerName(): string {
  return process.env.SUDO_USER ?? process.env.USER ?? 'unknown';
}
