import type { KafkaMessage } from 'kafkajs';
import { z } from 'zod';
import { readRecord } from '../reading/record';
import type { OutputRecord } from '../stage/work';
import type { Alert } from './alert';
import type { ProgressState } from './progress';
import type { StoredWindow } from './window';

/** No data set's name has a stroke. */
const BASELINE = '/baseline';

/** How far a data set is judged, and what is open. */
export interface DatasetState extends ProgressState {
  readonly dataset: string;
  /** Of the contract that it was judged by; undefined where an earlier version has kept it. */
  readonly version?: number;
  readonly owner?: string;
  readonly closedUntil?: number;
  readonly windows: Readonly<Record<string, StoredWindow>>;
  readonly alerts: readonly Alert[];
  /** The last row's, in ms since 1970; undefined where there was none. */
  readonly lastTime?: number;
  /** When it was counted first, in ms since 1970; undefined where an earlier version has kept it. */
  readonly watchedSince?: number;
  readonly late: number;
  /** How many of these are bad; undefined: none. */
  readonly lateBad?: number;
  readonly ahead: number;
}

/** What is kept of a data set between processes. */
export interface KeptDataset {
  readonly state?: DatasetState;
  /** What was learned, encoded. */
  readonly baseline?: Buffer;
  /** What was learned has no record of its own yet: earlier versions kept it in the state, which is written anew without it. */
  readonly isEarlier?: boolean;
}

interface EarlierState extends DatasetState {
  /** base64. */
  readonly baseline?: string;
}

const number = z.number();
/** When a window starts, as `Date` has it, in ms since 1970. */
const start = z.string().refine(text => Math.abs(Number(text)) <= 8.64e15);
const shown = { example: z.object({}) };
const windowSchema = z.object({
  rows: number,
  passed: number,
  parts: z.record(z.string(), number),
  kinds: z.array(z.object({ check: z.string(), examples: z.array(z.unknown()) })).optional(),
  odd: z.array(z.object({ fields: z.array(z.string()), ...shown })).optional(),
  sample: z.array(z.object(shown)).optional(),
  summary: z.string(),
});
const alertSchema = z.object({
  ...{ id: z.string(), check: z.string(), field: z.string(), series: z.string() },
  ...{ since: number, opened: number, quiet: number, words: z.string() },
  examples: z.array(z.unknown()),
});

/** What judging can't do without. */
const stateSchema = z.object({
  dataset: z.string(),
  complete: z.record(z.string(), number).optional(),
  stopped: z.array(z.string()).optional(),
  closedUntil: number.optional(),
  lastTime: number.optional(),
  watchedSince: number.optional(),
  windows: z.record(start, windowSchema),
  alerts: z.array(alertSchema),
  late: number,
  lateBad: number.optional(),
  ahead: number,
  baseline: z.string().optional(),
});

type RecordOf = Pick<OutputRecord, 'key' | 'value'>;

/**
 * In the compacted topic a data set has two records: its state changes with each count, and what was learned, which is many times as
 * large, with each window only.
 */
export function stateRecord(state: DatasetState): RecordOf {
  return { key: state.dataset, value: JSON.stringify(state) };
}

/** Whether a record is one of the data set's. */
export function isOf(dataset: string, key: Buffer | null): boolean {
  const name = key?.toString();
  return name === dataset || name === `${dataset}${BASELINE}`;
}

export function baselineRecord(dataset: string, baseline: Buffer): RecordOf {
  return { key: `${dataset}${BASELINE}`, value: baseline };
}

/** Data sets as their records tell, which come oldest first. */
export class KeptDatasets extends Map<string, KeptDataset> {
  /** @returns false for what isn't one: whoever can write to a topic can write anything. */
  read({ key, value }: Pick<KafkaMessage, 'key' | 'value'>): boolean {
    if (!key || !value) return true;
    const name = key.toString();
    const dataset = name.endsWith(BASELINE) ? name.slice(0, -BASELINE.length) : name;
    const before = this.get(dataset);
    if (dataset !== name) {
      this.set(dataset, { ...before, baseline: value, isEarlier: false });
      return true;
    }
    const read = readRecord<EarlierState>(value, stateSchema);
    if (read?.dataset !== dataset) return false;
    const { baseline, ...state } = read;
    const earlier =
      baseline === undefined ? {} : { baseline: Buffer.from(baseline, 'base64'), isEarlier: true };
    this.set(dataset, { ...before, state, ...earlier });
    return true;
  }
}
