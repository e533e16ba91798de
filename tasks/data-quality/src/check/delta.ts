import type { RowCheck } from '../checks/row-checks';
import type { SeriesFinding } from '../anomalies/row-anomalies';

/** Where a message is in Kafka. @public */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A bad row to show: never more of it than its contract lets be shown. @public */
export interface ExampleRow {
  readonly origin: Origin;
  /** ms since 1970. */
  readonly time: number;
  /** Its fields, those that the contract redacts masked; undefined where it can't be parsed. */
  readonly row?: Readonly<Record<string, unknown>>;
}

/** One kind of fault in one window. */
export interface FaultCount {
  readonly check: RowCheck;
  readonly field: string;
  readonly detail: string;
  readonly rows: number;
  /** When the first of them was written, in ms since 1970. */
  readonly firstTime: number;
  readonly examples: readonly ExampleRow[];
  /** The series that most of them are of, and how many; undefined where there are no series, or they may not be named. */
  readonly mostly?: { readonly series: string; readonly rows: number };
}

/** A row that stands out, to be shown where its window has too many. */
export interface OddRow {
  /** By which of its fields. */
  readonly fields: readonly string[];
  /** In numbers of the threshold: above 1. */
  readonly score: number;
  readonly example: ExampleRow;
}

/** A row without a fault that was drawn, to be shown where its window is told of. */
export interface SampledRow {
  /** Those with the lowest numbers are the draw. */
  readonly draw: number;
  readonly example: ExampleRow;
}

/** What rows of one data set, partition and window came to. */
export interface WindowDelta {
  /** When the window begins, in ms since 1970. */
  readonly start: number;
  readonly rows: number;
  /** Rows without any fault. */
  readonly passed: number;
  readonly faults: readonly FaultCount[];
  /** Those that stand out most; none where an earlier version has counted. */
  readonly odd?: readonly OddRow[];
  /** Some of those without a fault, drawn by chance; none where an earlier version has counted. */
  readonly sample?: readonly SampledRow[];
  /** The fields' counts and sketches (`WindowSummary`), in base64. */
  readonly summary: string;
}

/** What one data set's rows came to since the last record of this partition. */
export interface DatasetDelta {
  readonly version: number;
  readonly windows: readonly WindowDelta[];
  /** What windows that are over showed of single series: all of a series' rows come by one partition. */
  readonly findings: readonly SeriesFinding[];
  /** When the last row was written, in ms since 1970; undefined where none came. */
  readonly lastTime?: number;
  /** Rows whose clock was ahead of ours: they count as of now. */
  readonly ahead: number;
  /** Whether a breaker has stopped the partition, by this data set's rows or another's. */
  readonly stopped?: boolean;
}

/** A record of `quality-windows`: what one partition tells one group of data sets. */
export interface DeltaRecord {
  readonly topic: string;
  readonly partition: number;
  /** How many partitions the topic has. */
  readonly partitions: number;
  /** Until when everything written to the partition is counted, as far as is known, in ms since 1970. */
  readonly completeUntil: number;
  readonly datasets: Readonly<Record<string, DatasetDelta>>;
}
