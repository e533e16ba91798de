import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { durationSeconds, type Duration } from '@dolphinstage/common';
import { openKafka, openPostgres, readConnections, type Connections } from '@dolphinstage/task-kit';
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
  registry?: string;
}

type Kind = 'kafka' | 'postgres';
const KINDS = { kafka: 'Kafka', postgres: 'PostgreSQL' };

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

/** @throws CliError `USAGE` when no file is named and there is none of this machine's. */
async function connectionsOf(cli: CliContext, { connections: told }: QualityOptions) {
  const file = told ?? (await connectionsFile(cli));
  if (file) return { file, known: withConnections(file, () => readConnections(file)) };
  throw new CliError('USAGE', 'there is no connections file to use', {
    todo: 'Name one with --connections or DOLPHINSTAGE_CONNECTIONS, or start the platform once.',
  });
}

/** The settings of a connection: the named one, the only one of its kind, else the usual one. */
async function settingsOf<K extends Kind>(
  cli: CliContext,
  options: QualityOptions,
  kind: K,
  { name, usual }: { readonly name: string | undefined; readonly usual: string },
): Promise<Extract<Connections[string], { kind: K }>> {
  const { file, known } = await connectionsOf(cli, options);
  const names = Object.keys(known).filter(each => known[each]?.kind === kind);
  const chosen = name ?? (names.length === 1 ? names[0]! : usual);
  const settings = known[chosen];
  if (settings?.kind === kind) return settings as Extract<typeof settings, { kind: K }>;
  throw new CliError('USAGE', `${chosen} is no ${KINDS[kind]} connection`, {
    where: file,
    todo: names.length > 0 ? `Use one of: ${names.join(', ')}.` : 'Add one to the file.',
  });
}

/** @throws CliError `USAGE` when there is no such connection. */
export async function kafkaOf(cli: CliContext, options: QualityOptions): Promise<Kafka> {
  return openKafka(
    await settingsOf(cli, options, 'kafka', { name: options.kafka, usual: 'kafka' }),
  );
}

/**
 * @param name - the connection's; the only one there is, else `warehouse`, unless told.
 * @throws CliError `USAGE` when there is no such connection.
 */
export async function postgresOf(
  cli: CliContext,
  options: QualityOptions,
  name: string | undefined,
): Promise<Awaited<ReturnType<typeof openPostgres>>> {
  return openPostgres(await settingsOf(cli, options, 'postgres', { name, usual: 'warehouse' }));
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

/** A time as people read it. */
export function shortTime(time: number | string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** Who does it, for what is written down. */
export function callerName(): string {
  return process.env.SUDO_USER ?? process.env.USER ?? 'unknown';
}
