import type { Verb } from './permissions';

/** How far what is told can be trusted. @public */
export interface AsKnown {
  /** Until when Kafka was read, ISO 8601; absent where it never was since the portal started. */
  readonly asOf?: string;
  /** Why Kafka isn't read now, for people; absent where it is. */
  readonly problem?: string;
}

/** @public */
export type Severity = 'warning' | 'critical';

/** What a check has found in a window. @public */
export interface FindingInfo {
  readonly check: string;
  readonly field?: string;
  readonly series?: string;
  readonly words: string;
  readonly severity: Severity;
}

/** A closed window of a data set. @public */
export interface WindowInfo {
  /** ISO 8601. */
  readonly start: string;
  readonly end: string;
  /** Of the contract. */
  readonly version: number;
  readonly rows: number;
  /** Rows without any fault. */
  readonly passed: number;
  /** `passed / rows`; null where there was no row. */
  readonly score: number | null;
  /** Bad rows by the check that found them first; with `passed` they add up to `rows`. */
  readonly parts: Readonly<Record<string, number>>;
  /** Rows of earlier windows that came after those had been closed. */
  readonly late: number;
  readonly findings: readonly FindingInfo[];
}

/** Where a message is in Kafka. @public */
export interface OriginInfo {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A bad row that an alert shows, as its contract lets it be shown. @public */
export interface ExampleInfo {
  readonly origin: OriginInfo;
  /** ISO 8601. */
  readonly time: string;
  readonly row?: Readonly<Record<string, unknown>>;
}

/** @public */
export interface AlertInfo {
  readonly id: string;
  readonly state: 'open' | 'resolved';
  readonly check: string;
  readonly field?: string;
  readonly series?: string;
  readonly severity: Severity;
  /** ISO 8601: when the first bad row was written, or the window began. */
  readonly since: string;
  readonly opened: string;
  readonly resolved?: string;
  readonly badRows: number;
  readonly words: string;
  readonly examples: readonly ExampleInfo[];
}

/** A data set in a list. @public */
export interface DatasetInfo {
  readonly dataset: string;
  /** Of its catalog entity. */
  readonly owner?: string;
  readonly entityRef?: string;
  /** The newest window with rows. */
  readonly last?: WindowInfo;
  readonly openAlerts: number;
  /** Of the worst open alert. */
  readonly severity?: Severity;
}

/** @public */
export interface DatasetList extends AsKnown {
  readonly items: readonly DatasetInfo[];
}

/** @public */
export interface DatasetQuality extends DatasetInfo, AsKnown {
  /** The oldest first. */
  readonly windows: readonly WindowInfo[];
  /** The newest first. */
  readonly open: readonly AlertInfo[];
  readonly recent: readonly AlertInfo[];
  /** What the caller may do. */
  readonly allowed: readonly Verb[];
}

/** A row in quarantine. @public */
export interface QuarantinedInfo {
  /** Its place in the quarantine. */
  readonly id: string;
  readonly version?: number;
  readonly check: string;
  readonly field?: string;
  readonly detail?: string;
  readonly origin: OriginInfo;
  /** When it was written to its topic, ISO 8601. */
  readonly time: string;
  /** Its fields, those that the contract redacts masked; absent where they mustn't or can't be shown. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** When it went back to its topic, and who has sent it. */
  readonly replayed?: { readonly at: string; readonly by?: string };
}

/** Whether rows' values are shown, or why not. @public */
export type ValuesShown = 'shown' | 'not-allowed' | 'no-contract';

/** @public */
export interface QuarantineList {
  /** The newest first. */
  readonly items: readonly QuarantinedInfo[];
  /** There are more. */
  readonly more: boolean;
  readonly values: ValuesShown;
}

/** Which rows go back: those with these ids, or else all of the data set, of one check where one is named. @public */
export interface ReplayRequest {
  readonly ids?: readonly string[];
  readonly check?: string;
  /** Only say what would go back. */
  readonly dryRun: boolean;
  /** How many rows the dry run said would go back; without it nothing goes back. */
  readonly expected?: number;
}

/** @public */
export interface ReplayAnswer {
  readonly dryRun: boolean;
  /** Rows that went back, or would. */
  readonly replayed: number;
  /** Rows that have gone back before, or can't. */
  readonly skipped: number;
  /** Rows that the contract still refuses. */
  readonly stillBad: number;
  /** Why rows were left out or are refused, each reason once; the first ten. */
  readonly reasons: readonly string[];
}

/** @public */
export interface HealthAnswer extends AsKnown {
  readonly reachable: boolean;
}
