import type { Verb } from './permissions';

/** How a night ended. @public */
export type NightOutcome = 'deployed' | 'shadowed' | 'refused' | 'no-data';

/** A night in short. Instants are ISO 8601. @public */
export interface NightInfo {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** Null while it goes on, or after it has failed. */
  readonly outcome: NightOutcome | null;
  readonly reasons: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** A look at the live version in short. @public */
export interface LookInfo {
  readonly version: number;
  readonly at: string;
  readonly action: 'none' | 'rollback' | 'cool-down' | 'nothing-to-return-to';
  /** What it has broken; empty while all is well. */
  readonly reasons: readonly string[];
}

/** A model in a list. @public */
export interface ModelInfo {
  readonly name: string;
  readonly owner: string;
  readonly description: string;
  /** The live version; null before the first. */
  readonly current: number | null;
  /** The one before it. */
  readonly previous: number | null;
  readonly candidate: number | null;
  /** How the candidate takes part. */
  readonly mode: 'shadow' | 'percentage' | null;
  readonly share: number | null;
  readonly lastNight: NightInfo | null;
  readonly lastLook: LookInfo | null;
}

/** @public */
export interface ModelList {
  readonly items: readonly ModelInfo[];
}

/** What one gate says. @public */
export interface GateInfo {
  readonly gate: string;
  readonly passed: boolean;
  readonly words: string;
}

/** @public */
export interface VersionInfo {
  readonly number: number;
  readonly day: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gates: readonly GateInfo[];
  readonly dataFrom: string;
  readonly dataTo: string;
  /** Digest of its files. */
  readonly bundle: string;
  readonly mlflowRun: string | null;
  /** It was live, and was taken back. */
  readonly condemned: boolean;
}

/** Rows whose probability lies in the same tenth. @public */
export interface CalibrationInfo {
  readonly rows: number;
  /** Mean probability that the model gave. */
  readonly said: number;
  /** Share of rows that were positive. */
  readonly came: number;
}

/** How much worse the model scores when a feature's values are shuffled among the rows. @public */
export interface ImportanceInfo {
  readonly feature: string;
  /** Mean growth of the log loss; below 0 where chance made it better. */
  readonly loss: number;
  /** Standard deviation over the repeats. */
  readonly deviation: number;
}

/** @public */
export interface NightDetails extends NightInfo {
  /** Null where it didn't come to the gates. */
  readonly gates: readonly GateInfo[] | null;
  /** Of the candidate, on the days held out. */
  readonly accuracy: number | null;
  readonly calibration: readonly CalibrationInfo[] | null;
  /** Of the candidate's features, the most important first; null of a night that didn't come so far. */
  readonly importance: readonly ImportanceInfo[] | null;
  /** Beside what the live version has learned from: the population stability index. */
  readonly drift: readonly { readonly feature: string; readonly psi: number }[] | null;
}

/** A change of what is live. @public */
export interface SwitchInfo {
  readonly kind: 'promote' | 'rollback';
  readonly from: number | null;
  readonly to: number;
  readonly why: string;
  readonly who: string;
  readonly at: string;
}

/** Logged predictions of a version in a minute. @public */
export interface TrafficInfo {
  readonly minute: string;
  readonly version: number;
  readonly rows: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** All that is known of a model; lists have the newest first, traffic the oldest. @public */
export interface ModelDetails extends ModelInfo {
  readonly versions: readonly VersionInfo[];
  readonly nights: readonly NightDetails[];
  readonly looks: readonly LookInfo[];
  readonly switches: readonly SwitchInfo[];
  /** Of the last two hours. */
  readonly traffic: readonly TrafficInfo[];
  /** What the caller may do. */
  readonly allowed: readonly Verb[];
}

/** Which version is to be live. @public */
export interface SwitchRequest {
  readonly kind: 'promote' | 'rollback';
  readonly to: number;
  /** What was live when it was decided: with another one since, nothing is done. */
  readonly from: number | null;
  readonly why: string;
}

/** @public */
export interface SwitchAnswer {
  readonly model: string;
  readonly from: number | null;
  readonly to: number;
}
