/**
 * What happens when a run is due while an earlier one is still going:
 *
 * - `parallel`: both run.
 * - `wait`: the new one waits its turn.
 * - `discard`: the new one is dropped.
 * - `replace`: the earlier one is stopped.
 *
 * @public
 */
export type Overlap = 'parallel' | 'wait' | 'discard' | 'replace';

/**
 * What is done about times at which the server was down: nothing, one run now, or a run for each. Only
 * DolphinScheduler 3.4 can be told; where it isn't, every line up to 3.3 does nothing, and 3.4 runs each.
 *
 * @public
 */
export type MissedFires = 'skip' | 'once' | 'all';

/** @public */
export interface CronOptions {
  /** IANA, for example `Europe/Oslo`. The expression is read in this zone, daylight saving included. */
  timeZone: string;
  /** Holds for every run of the workflow, also those by hand. Default `parallel`. */
  overlap?: Overlap;
  /** The first moment, `yyyy-MM-dd HH:mm:ss` in the time zone. Default: always. */
  from?: string;
  /** The last moment. Default: for ever. */
  until?: string;
  missed?: MissedFires;
}

/** @public */
export interface CronSchedule {
  /** Quartz: seconds, minutes, hours, day of month, month, day of week (1 is Sunday), optionally year. */
  readonly cron: string;
  readonly timeZone: string;
  readonly overlap?: Overlap;
  readonly from?: string;
  readonly until?: string;
  readonly missed?: MissedFires;
}

/**
 * A schedule in Quartz's form, seconds first: `cron('0 0 2 * * ? *', { timeZone: 'Europe/Oslo' })` is every
 * day at two.
 *
 * @public
 */
export function cron(expression: string, options: CronOptions): CronSchedule {
  return { cron: expression, ...options };
}
