import type { KafkaMessage } from 'kafkajs';
import type { SchemaRule, StreamContract } from '../contract';
import { QualityError } from '../errors';
import type { SchemaRegistry } from '../registry/schema-registry';
import { schemaIdOf } from '../registry/wire-format';
import { DEEPEST, isTooDeep } from './nesting';
import { nullsAsMissing } from './nulls';
import { readValue } from './row-value';
import { compileSchema } from './schema';

/** @see {@link RowCheck} */
export const ROW_CHECKS = ['unparsable', 'version', 'schema', 'duplicate'] as const;

/** What is checked of each row by itself. @public */
export type RowCheck = (typeof ROW_CHECKS)[number];

/** Why a row is bad. */
export interface RowFault {
  readonly check: RowCheck;
  /** The field, or '' for the row as a whole. */
  readonly field: string;
  /** What is wrong, without any value of the row. */
  readonly detail: string;
}

/** A message as its contract sees it. @public */
export interface ReadRow {
  readonly contract: StreamContract;
  /** undefined where it can't be parsed. */
  readonly row: Readonly<Record<string, unknown>> | undefined;
  readonly fault: RowFault | undefined;
}

/** Names the data set where several come by one topic, in a message's headers. */
export const DATASET_HEADER = 'dataset';
/** Says by which version of its contract a message was written; the newest unless told. */
export const VERSION_HEADER = 'version';

const UNKNOWN = 'has an unknown version';
const TOO_DEEP = `is nested more than ${DEEPEST} levels deep`;
const UNLISTED = 'has a schema that the contract does not list';

interface Compiled {
  readonly contract: StreamContract;
  readonly check: ReturnType<typeof compileSchema>;
  readonly nullsAsMissing: ReturnType<typeof nullsAsMissing>;
}

/** A data set's contracts. */
interface Dataset {
  /** The newest first. */
  readonly versions: readonly Compiled[];
  readonly newest: Compiled;
  /** Whether any of them has rows that name a schema of the registry. */
  readonly registered: boolean;
  /** Which schemas they list: none where any will do. */
  readonly rules: readonly SchemaRule[];
}

type Message = Pick<KafkaMessage, 'value' | 'headers'>;

/** The contracts of one topic, compiled: whose row a message is, and whether it is one. */
export class RowChecks {
  private readonly datasets: ReadonlyMap<string, Dataset>;
  private readonly only: string | undefined;
  private readonly registered: boolean;

  /**
   * @param registry - has the schemas that messages name.
   * @throws QualityError `CONTRACT_INVALID` where a schema isn't one.
   */
  constructor(
    readonly contracts: readonly StreamContract[],
    private readonly registry?: SchemaRegistry,
  ) {
    const names = [...new Set(contracts.map(({ dataset }) => dataset))];
    this.datasets = new Map(
      names.map(name => [name, datasetOf(contracts.filter(({ dataset }) => dataset === name))]),
    );
    this.only = names.length === 1 ? names[0] : undefined;
    this.registered = [...this.datasets.values()].some(({ registered }) => registered);
  }

  /** Each data set's newest contract. */
  get current(): readonly StreamContract[] {
    return [...this.datasets.values()].map(({ newest }) => newest.contract);
  }

  /**
   * Asks the registry for what messages name and isn't known yet. undefined where nothing is: {@link RowChecks.read} is for those.
   *
   * @throws QualityError `REGISTRY_AWAY`, `REGISTRY_MISSING`, by the promise.
   */
  prepare(messages: readonly Message[]): Promise<void> | undefined {
    if (!this.registered) return undefined;
    const lacking = new Set<number>();
    let usage = false;
    for (const message of messages) {
      const id = schemaIdOf(message.value);
      const dataset = id === undefined ? undefined : this.datasetOf(message);
      if (!dataset?.registered || this.registry?.lacks(id!, dataset.rules) === false) continue;
      lacking.add(id!);
      usage ||= dataset.rules.length > 0;
    }
    if (lacking.size === 0) return undefined;
    return this.registry ? this.registry.learn(lacking, usage) : Promise.reject(noRegistry());
  }

  /** Reads a message; undefined where it says no data set that has a contract here. */
  read(message: Message): ReadRow | undefined {
    const dataset = this.datasetOf(message);
    if (!dataset) return undefined;
    const compiled = this.chosen(message, dataset);
    if (typeof compiled === 'string') {
      const fault = { check: 'version', field: '', detail: compiled } as const;
      return { contract: dataset.newest.contract, row: undefined, fault };
    }
    const { contract, check } = compiled;
    const read = readValue(message.value, contract, this.registry);
    if ('why' in read) {
      const fault = { check: 'unparsable', field: '', detail: read.why } as const;
      return { contract, row: undefined, fault };
    }
    // Each level takes a byte at least: short rows need no look.
    if (message.value!.length > DEEPEST && isTooDeep(read.row)) {
      const fault = { check: 'schema', field: '', detail: TOO_DEEP } as const;
      return { contract, row: undefined, fault };
    }
    const row = isRow(read.row) ? read.row : undefined;
    if (row && read.complete) compiled.nullsAsMissing(row);
    const fault = check(read.row);
    return { contract, row, fault: fault && { check: 'schema', ...fault } };
  }

  private datasetOf(message: Message): Dataset | undefined {
    const name = namedBy(message) ?? this.only;
    return name === undefined ? undefined : this.datasets.get(name);
  }

  /** The version of the contract that a message is of; a text that says why it is of none. */
  private chosen({ value, headers }: Message, dataset: Dataset): Compiled | string {
    const { versions, newest, rules } = dataset;
    const told = headers?.[VERSION_HEADER]?.toString();
    if (told === undefined && rules.length === 0) return newest;
    const named = versions.find(({ contract }) => contract.version === Number(told));
    if (told !== undefined && !named) return UNKNOWN;
    const id = rules.length === 0 ? undefined : schemaIdOf(value);
    const answer = id === undefined ? undefined : this.registry?.get(id);
    // Of a schema that nobody knows nobody can say whether it is listed.
    if (!answer || 'refused' in answer) return named ?? newest;
    const lists = ({ contract: { format, schemas } }: Compiled) =>
      format !== undefined && (!schemas || this.registry!.lists(id!, schemas));
    return (named ? [named] : versions).find(lists) ?? UNLISTED;
  }
}

/** The data set that a message names itself; undefined where it names none. */
export function namedBy({ headers }: Pick<KafkaMessage, 'headers'>): string | undefined {
  return headers?.[DATASET_HEADER]?.toString();
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function datasetOf(contracts: readonly StreamContract[]): Dataset {
  const versions = contracts
    .map(contract => {
      const { dataset, version, schema } = contract;
      return {
        contract,
        check: compileSchema(schema, `${dataset}.${version}`),
        nullsAsMissing: nullsAsMissing(contract),
      };
    })
    .sort((one, other) => other.contract.version - one.contract.version);
  return {
    versions,
    newest: versions[0]!,
    registered: contracts.some(({ format }) => format !== undefined),
    rules: contracts.flatMap(({ schemas }) => schemas ?? []),
  };
}

function noRegistry(): QualityError {
  return new QualityError('REGISTRY_MISSING', 'no schema registry is configured', {
    todo: 'Name its connection with --registry.',
  });
}
