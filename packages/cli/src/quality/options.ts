import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { durationSeconds, type Duration } from '@dolphinstage/common';
import { openKafka, openPostgres } from '@dolphinstage/task-kit';
import {
  ContractFolder,
  openRegistry,
  topicsWith,
  TOPICS,
  type ContractSet,
  type QualityTopics,
  type SchemaRegistry,
  type StreamContract,
} from '@dolphinstage/tasks-data-quality';
import type { CliContext } from '../context';
import { connectionsOf, settingsOf } from '../connection-settings';
import { CliError } from '../errors';
import { ROOT } from '../root';

/** What every `quality` command takes. */
export interface QualityOptions {
  connections?: string;
  kafka?: string;
  topicSuffix?: string;
  json?: boolean;
}

export interface ContractOptions {
  contracts?: string;
  registry?: string;
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
export async function kafkaOf(cli: CliContext, options: QualityOptions): Promise<Kafka> {
  return openKafka(
    await settingsOf(cli, options, 'kafka', { name: options.kafka, usual: 'kafka' }),
  );
}

/**
 * @param which - the connection's name; the only one there is, else the usual one, unless told.
 * @throws CliError `USAGE` when there is no such connection.
 */
export async function postgresOf(
  cli: CliContext,
  options: QualityOptions,
  which: { readonly name: string | undefined; readonly usual: string },
): Promise<Awaited<ReturnType<typeof openPostgres>>> {
  return openPostgres(await settingsOf(cli, options, 'postgres', which));
}

/**
 * The schema registry, where one is named or there is a connection `schema-registry`.
 *
 * @throws QualityError `OPTION_INVALID` when it is no http connection.
 */
export async function registryOf(
  cli: CliContext,
  options: QualityOptions & ContractOptions,
): Promise<SchemaRegistry | undefined> {
  return openRegistry((await connectionsOf(cli, options)).known, options.registry);
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

/** For commands that read rows. */
export function registryOption(command: Command): Command {
  return command.option(
    '--registry <name>',
    'an http connection: the schema registry, where contracts need one; default: schema-registry, if there is one',
  );
}

/**
 * @param registry - for commands that read rows.
 * @throws QualityError `CONTRACT_INVALID`, `CONTRACTS_UNUSABLE`; CliError `USAGE` without a folder.
 */
export function contractsOf(
  { contracts }: ContractOptions,
  registry?: SchemaRegistry,
): ContractSet {
  const folder = contracts ?? join(ROOT, 'tasks/data-quality/contracts');
  if (!contracts && !existsSync(folder)) {
    throw new CliError('USAGE', 'there are no contracts to read', {
      todo: 'Name their folder with --contracts.',
    });
  }
  return new ContractFolder(folder, { registry }).current;
}

/** @throws CliError `USAGE` when no contract is the data set's. */
export function contractOf(contracts: ContractSet, dataset: string): StreamContract {
  const contract = contracts.newest.get(dataset);
  if (contract) return contract;
  throw new CliError('USAGE', `no contract is that of ${dataset}`, {
    todo: `Use one of: ${[...contracts.newest.keys()].join(', ')}.`,
  });
}
