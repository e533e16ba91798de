import { z } from 'zod';
import { WarehouseError } from './errors';

/** The data sets of this pack, each with `contracts/<name>.json`. @public */
export const DATASETS = [
  'flights',
  'weather',
  'airlines',
  'airports',
  'planes',
  'departments',
  'jobs',
  'employees',
] as const;

const IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;
const identifier = z.string().regex(IDENTIFIER, 'lower case letters, digits and _, 63 at most');
const TYPE =
  /^(smallint|integer|bigint|real|double precision|numeric(\(\d+(,\d+)?\))?|text|boolean|date|time|timestamp|timestamptz|uuid|jsonb)$/;

const columnSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number(), z.null()])).optional(),
  'x-type': z.string().regex(TYPE, 'a PostgreSQL type'),
});

const contractSchema = z.object({
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema'),
  type: z.literal('object'),
  'x-dataset': identifier,
  'x-version': z.int().min(1),
  'x-source': z.object({
    system: z.enum(['oracle', 'mysql', 'csv', 'http']),
    object: z.string().min(1),
    encoding: z.string().optional(),
  }),
  'x-load': z.enum(['incremental', 'full']),
  'x-key': z.array(identifier).min(1),
  'x-cursor': z.object({ column: identifier, lateWindow: z.int().min(0).default(0) }).optional(),
  'x-null-text': z.array(z.string()).default([]),
  'x-analytics': identifier.optional(),
  properties: z.record(identifier, columnSchema),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
});

/** A column as its contract describes it. @public */
export interface Column {
  readonly name: string;
  /** The PostgreSQL type in `cleaned`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly (string | number | null)[];
}

/**
 * What `object` may be: part of a statement for Oracle, of a path or of an address for the others, below that of the
 * connection.
 */
const OBJECTS: Readonly<Record<SourceSystem, RegExp>> = {
  oracle: /^[A-Za-z][\w$#]{0,127}(?:\.[A-Za-z][\w$#]{0,127})?$/,
  mysql: /^[^\p{Cc}`]{1,64}$/u,
  csv: /^(?!\.{0,2}(?:\/|$))[^\p{Cc}/\\]+(?:\/(?!\.{0,2}(?:\/|$))[^\p{Cc}/\\]+)*$/u,
  http: /^(?:\/(?!\.{0,2}(?:\/|$))[\w.~%+@:,;=-]+)+$/,
};

/** How much of it each kind of system is read at a time; MySQL either way. */
const LOADS: Readonly<Partial<Record<SourceSystem, Contract['load']>>> = {
  oracle: 'full',
  csv: 'full',
  http: 'incremental',
};

/** Which kind of system a data set comes from. @public */
export type SourceSystem = 'oracle' | 'mysql' | 'csv' | 'http';

/** What the extractor, the tables and the checks agree on. @public */
export interface Contract {
  readonly dataset: string;
  readonly version: number;
  readonly system: SourceSystem;
  /** The table, file or path in the source. */
  readonly object: string;
  /** Of a file's text, as WHATWG names it; UTF-8 unless told. */
  readonly encoding?: string;
  /** `incremental`: rows after the last cursor are added. `full`: all rows replace those before. */
  readonly load: 'incremental' | 'full';
  readonly key: readonly string[];
  readonly cursor?: {
    readonly column: string;
    /** How far behind the cursor, in its own counting, rows may still be committed late; 0: none. */
    readonly lateWindow: number;
  };
  /** Text that stands for null where the column is nullable. */
  readonly nullText: readonly string[];
  /** The table in `analytics` that has one row for each of `cleaned`; undefined where there is none. */
  readonly analytics?: string;
  readonly columns: readonly Column[];
}

/**
 * Reads a contract: JSON Schema 2020-12 of a row, with our `x-` keywords.
 *
 * @throws WarehouseError `CONTRACT_INVALID` with every fault.
 * @public
 */
export function parseContract(name: string, text: string): Contract {
  const where = `contracts/${name}.json`;
  const contract = contractOf(readJson(where, text), where);
  if (contract.dataset === name) return contract;
  throw invalid(where, `x-dataset is ${contract.dataset}`);
}

/**
 * A contract that a workflow brings itself: of a data set that isn't this pack's.
 *
 * @throws WarehouseError `CONTRACT_INVALID` with every fault.
 * @public
 */
export function ownContract(value: unknown): Contract {
  const contract = contractOf(value, 'the contract of the input');
  if (!(DATASETS as readonly string[]).includes(contract.dataset)) return contract;
  throw invalid(contract.dataset, 'the warehouse has a data set of this name: choose another');
}

function contractOf(value: unknown, where: string): Contract {
  const parsed = contractSchema.safeParse(value);
  if (!parsed.success) throw invalid(where, z.prettifyError(parsed.error));
  const { data } = parsed;
  const columns = Object.entries(data.properties).map(([column, property]) => {
    const { type, 'x-type': postgresType, ...limits } = property;
    return {
      name: column,
      type: postgresType,
      nullable: [type].flat().includes('null'),
      ...limits,
    };
  });
  const contract: Contract = {
    dataset: data['x-dataset'],
    version: data['x-version'],
    system: data['x-source'].system,
    object: data['x-source'].object,
    encoding: data['x-source'].encoding,
    load: data['x-load'],
    key: data['x-key'],
    cursor: data['x-cursor'],
    nullText: data['x-null-text'],
    analytics: data['x-analytics'],
    columns,
  };
  const faults = faultsOf(contract, data.required);
  if (faults.length > 0) throw invalid(where, faults.join('; '));
  return contract;
}

/** The contracts of the data sets. @public */
export function readContracts(
  asset: (path: string) => string,
  datasets: readonly string[] = DATASETS,
): Contract[] {
  return datasets.map(name => parseContract(name, asset(`contracts/${name}.json`)));
}

/** Indexes of the key's columns. */
export function keyIndexes(contract: Contract): number[] {
  return contract.key.map(key => contract.columns.findIndex(column => column.name === key));
}

function faultsOf(contract: Contract, required: readonly string[]): string[] {
  const names = contract.columns.map(column => column.name);
  const faults: string[] = [];
  if (!OBJECTS[contract.system].test(contract.object)) {
    faults.push(
      `x-source: ${JSON.stringify(contract.object)} can't be read from ${contract.system}`,
    );
  }
  const load = LOADS[contract.system] ?? contract.load;
  if (contract.load !== load) faults.push(`x-load: a source of ${contract.system} is read ${load}`);
  for (const key of contract.key) {
    const column = contract.columns.find(candidate => candidate.name === key);
    if (!column) faults.push(`x-key names ${key}, which is no column`);
    else if (column.nullable) faults.push(`${key} is a key and may be null`);
  }
  if (contract.load === 'incremental' && !contract.cursor)
    faults.push('incremental without x-cursor');
  if (contract.cursor && !names.includes(contract.cursor.column)) {
    faults.push(`x-cursor names ${contract.cursor.column}, which is no column`);
  }
  // A column that may be left out couldn't be told from one that the source has lost.
  const missing = names.filter(column => !required.includes(column));
  if (missing.length > 0) faults.push(`not required: ${missing.join(', ')}`);
  return faults;
}

function readJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(where, (cause as Error).message);
  }
}

function invalid(where: string, what: string): WarehouseError {
  return new WarehouseError('CONTRACT_INVALID', what, {
    where,
    todo: 'Correct the contract.',
  });
}
