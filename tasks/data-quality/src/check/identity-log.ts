import { hash } from 'node:crypto';
import { z } from 'zod';
import type { StreamContract } from '../contract';
import { readRecord } from '../reading/record';
import type { Span } from '../stage/work';

/** Changes with what a record looks like. */
const FORMAT = 1;
/** Changes with what identities of other values than texts look like. */
const VALUES = 3;
/** A record has no more rows, so that it stays below a broker's megabyte whatever letters their identities have. */
const MOST_ROWS = 2_000;

/** Gets each row, in order. */
export type IdentityReader = (
  dataset: string,
  identity: string,
  offset: number,
  time: number,
) => void;

/** Rows by columns, in the order of their offsets. */
interface Rows {
  readonly datasets: string[];
  readonly identities: string[];
  readonly offsets: number[];
  readonly times: number[];
}

/** As they are written: each number as the difference to the one before, and data sets by their places in `names`. */
interface WrittenRows extends Omit<Rows, 'datasets'> {
  /** By what the rows were read. */
  readonly rules: string;
  readonly names: string[];
  /** None where there is one name. */
  readonly datasets?: number[];
}

const column = z.array(z.number());
const writtenSchema = z.object({
  rules: z.string(),
  names: z.array(z.string()),
  datasets: column.optional(),
  offsets: column,
  times: column,
  identities: z.array(z.string()),
});

export interface IdentityRecord {
  readonly value: string;
  readonly tells: Span;
}

/**
 * Which rows were there, for who takes the partition over: reading them here takes a fifth of reading, checking and scoring the rows again. What is in
 * it are the identities themselves, so that duplicates stay exact.
 */
export class IdentityLog {
  private readonly rules: string;
  private rows = emptyRows();

  /** @param contracts - what rows are read by: others would see other identities. */
  constructor(contracts: readonly StreamContract[]) {
    const formats = contracts.every(each => isOfTexts(each, contracts))
      ? [FORMAT]
      : [FORMAT, VALUES];
    // How long a fault has to last says nothing of which rows are the same.
    const read = contracts.map(({ relearnAfter: _windows, ...rest }) => rest);
    this.rules = hash('sha256', JSON.stringify([...formats, read]), 'base64url');
  }

  add(dataset: string, identity: string, offset: number, time: number): void {
    const { rows } = this;
    rows.datasets.push(dataset);
    rows.identities.push(identity);
    rows.offsets.push(offset);
    rows.times.push(time);
  }

  /** What was added since, as records that tell of all these messages. */
  take({ from, to }: Span): IdentityRecord[] {
    const { rows, rules } = this;
    this.rows = emptyRows();
    const records: IdentityRecord[] = [];
    for (let begin = 0, start = from; start < to; begin += MOST_ROWS) {
      const end = begin + MOST_ROWS;
      const stop = end < rows.offsets.length ? rows.offsets[end]! : to;
      const value = JSON.stringify(written(rows, { from: begin, to: end }, rules));
      records.push({ value, tells: { from: start, to: stop } });
      start = stop;
    }
    return records;
  }

  /** Reads a record. False where it was written by other contracts, or by another version of this. */
  read(value: Buffer | null, reader: IdentityReader): boolean {
    const rows = value ? readRecord<WrittenRows>(value, writtenSchema) : undefined;
    if (rows?.rules !== this.rules) return false;
    const { names, datasets, identities, offsets, times } = rows;
    let [offset, time] = [0, 0];
    for (let n = 0; n < identities.length; n += 1) {
      offset += offsets[n]!;
      time += times[n]!;
      reader(names[datasets?.[n] ?? 0]!, identities[n]!, offset, time);
    }
    return true;
  }
}

/** Whether rows' identities are made of texts only, also those of the data set's other versions. */
function isOfTexts(
  { dataset, duplicates }: StreamContract,
  contracts: readonly StreamContract[],
): boolean {
  if (!duplicates || duplicates.by === 'content') return true;
  const versions = contracts.filter(other => other.dataset === dataset);
  return duplicates.by.every(field => versions.every(({ schema }) => isText(schema, field)));
}

/** null makes no identity. */
function isText({ properties }: StreamContract['schema'], field: string): boolean {
  const { type } = (properties as Record<string, { type?: string | string[] }>)[field] ?? {};
  return [type].flat().every(name => name === 'string' || name === 'null');
}

function emptyRows(): Rows {
  return { datasets: [], identities: [], offsets: [], times: [] };
}

function written(rows: Rows, { from, to }: Span, rules: string): WrittenRows {
  const datasets = rows.datasets.slice(from, to);
  const names = [...new Set(datasets)];
  return {
    rules,
    names,
    ...(names.length > 1 ? { datasets: datasets.map(name => names.indexOf(name)) } : {}),
    offsets: differences(rows.offsets.slice(from, to)),
    times: differences(rows.times.slice(from, to)),
    identities: rows.identities.slice(from, to),
  };
}

function differences(numbers: readonly number[]): number[] {
  return numbers.map((number, n) => number - (numbers[n - 1] ?? 0));
}
