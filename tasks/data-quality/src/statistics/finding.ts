/** What a statistical check looks at. @public */
export type Check =
  /** How often a field is null or missing. */
  | 'null-rate'
  /** How many different values a field has. */
  | 'distinct'
  /** A field's least and greatest value. */
  | 'range'
  /** Which values a field has, and how often. */
  | 'categories'
  /** The shape of a numeric field's distribution. */
  | 'distribution'
  /** A numeric field's level. */
  | 'mean'
  /** How many rows a window has. */
  | 'volume'
  /** How many rows of a window stood out by a field's value. */
  | 'anomalies'
  /** The level of one series. */
  | 'series';

/** How far a window is from what was learned. @public */
export type FindingSeverity = 'warning' | 'critical';

/** A check of a window that good data raises no more often than the contract declares. @public */
export interface Finding {
  readonly check: Check;
  readonly field?: string;
  /** The series that it is about; of check `series` only. */
  readonly series?: string;
  /** In the check's own unit: a share, a count, a value. */
  readonly observed: number;
  readonly expected: number;
  /** How many standard deviations the window is off, of those that windows of good data have. */
  readonly statistic: number;
  /** How likely good data is to look so, corrected for all checks of the window. */
  readonly pValue: number;
  /** Values that are new, or have become more frequent; of check `categories` only, and not of a field that the contract redacts. */
  readonly values?: readonly string[];
  /** One plain sentence. */
  readonly words: string;
  readonly severity: FindingSeverity;
  /** True where a series has been off for so long that it is its level from now on. */
  readonly moved?: boolean;
}
