import { isUtf8 } from 'node:buffer';
import type { KafkaMessage } from 'kafkajs';
import type { StreamContract } from '../contract';
import { compileSchema } from './schema';

/** What is checked of each row by itself. @public */
export type RowCheck = 'unparsable' | 'version' | 'schema' | 'duplicate';

/** Why a row is bad. */
export interface RowFault {
  readonly check: RowCheck;
  /** The field, or '' for the row as a whole. */
  readonly field: string;
  /** What is wrong, without any value of the row. */
  readonly detail: string;
}

/** A message as its contract sees it. */
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

interface Compiled {
  readonly contract: StreamContract;
  readonly check: ReturnType<typeof compileSchema>;
}

/** The contracts of one topic, compiled: whose row a message is, and whether it is one. */
export class RowChecks {
  private readonly datasets = new Map<string, Map<number, Compiled>>();
  private readonly newest = new Map<string, Compiled>();
  private readonly only: string | undefined;

  /** @throws QualityError `CONTRACT_INVALID` where a schema isn't one. */
  constructor(readonly contracts: readonly StreamContract[]) {
    for (const contract of contracts) {
      const { dataset, version, schema } = contract;
      const compiled = { contract, check: compileSchema(schema, `${dataset}.${version}`) };
      const versions = this.datasets.get(dataset) ?? new Map<number, Compiled>();
      versions.set(version, compiled);
      this.datasets.set(dataset, versions);
      if (version >= (this.newest.get(dataset)?.contract.version ?? 0)) {
        this.newest.set(dataset, compiled);
      }
    }
    this.only = this.datasets.size === 1 ? [...this.datasets.keys()][0] : undefined;
  }

  /** Each data set's newest contract. */
  get current(): readonly StreamContract[] {
    return [...this.newest.values()].map(({ contract }) => contract);
  }

  /** Reads a message; undefined where it says no data set that has a contract here. */
  read({ value, headers }: KafkaMessage): ReadRow | undefined {
    const dataset = headers?.[DATASET_HEADER]?.toString() ?? this.only;
    const newest = dataset === undefined ? undefined : this.newest.get(dataset);
    if (!newest) return undefined;
    const told = headers?.[VERSION_HEADER];
    const compiled =
      told === undefined ? newest : this.datasets.get(dataset!)?.get(Number(told.toString()));
    if (!compiled) {
      const fault = { check: 'version', field: '', detail: 'has an unknown version' } as const;
      return { contract: newest.contract, row: undefined, fault };
    }
    const { contract, check } = compiled;
    let row: unknown;
    try {
      // Bytes that are no text would be read as if they were.
      if (!value || !isUtf8(value)) throw new SyntaxError();
      row = JSON.parse(value.toString());
    } catch {
      const fault = { check: 'unparsable', field: '', detail: 'is no JSON' } as const;
      return { contract, row: undefined, fault };
    }
    const fault = check(row);
    const isObject = typeof row === 'object' && row !== null && !Array.isArray(row);
    return {
      contract,
      row: isObject ? (row as Record<string, unknown>) : undefined,
      fault: fault && { check: 'schema', ...fault },
    };
  }
}
