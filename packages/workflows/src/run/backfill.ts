import type { BackfillOptions, Schedule } from '@dolphinstage/dolphinscheduler-client';
import { WorkflowError } from '../errors';
import type { Client } from '../plan/plan-types';
import { formatClock, parseClock } from '../time/clock';
import { quartzTimes } from '../time/quartz-times';
import { prepareStart, type StartRunOptions } from './start';

/** @public */
export interface BackfillRunOptions extends Omit<StartRunOptions, 'signal'> {
  /** The first time that counts, `yyyy-MM-dd` or `yyyy-MM-dd HH:mm:ss` in the server's zone; needs `until`. */
  readonly from?: string;
  /** The last time that counts; a day alone is its begin. */
  readonly until?: string;
  /** The times themselves, instead of `from` and `until`. */
  readonly dates?: readonly string[];
  /** How many run at once. Default 1: one after the other, in their order, until one fails. */
  readonly parallel?: number;
  /** Lines from 3.2 on can be told; 3.1 begins with the oldest. Default: the server's. */
  readonly order?: 'oldest-first' | 'newest-first';
  /**
   * Also run what depends on the workflow: `direct` what does so itself, `all` what depends on that as well (from 3.2
   * on). Needs `from` and `until`. Default `none`.
   */
  readonly dependents?: 'none' | 'direct' | 'all';
}

/** A backfill that could be started. @public */
export interface BackfillPlan {
  readonly project: string;
  readonly projectCode: number;
  readonly workflow: string;
  readonly code: number;
  /** Each gets a run: `yyyy-MM-dd HH:mm:ss` in the server's zone, the oldest first. */
  readonly times: readonly string[];
  /** What they come from: the schedule's expression, `midnight` where no schedule is on, or `dates`. */
  readonly by: string;
  /** At most so many run at once. */
  readonly parallel: number;
  readonly start: BackfillOptions;
}

/** A backfill that has been started. @public */
export interface BackfillRef extends Pick<
  BackfillPlan,
  'project' | 'projectCode' | 'workflow' | 'code' | 'times' | 'parallel'
> {
  /** The runs that are there by then, one at least. */
  readonly begun: readonly number[];
  /** Its runs have higher numbers. */
  readonly afterId: number;
}

/** More would rather be a mistake. */
const MOST_TIMES = 10_000;
/** Of runs that start at once, the one with the highest number is among these. */
const LATEST = 20;
const MIDNIGHTS = '0 0 0 * * ?';

const invalid = (message: string, todo: string) =>
  new WorkflowError('RUN_INVALID', message, { where: 'backfill', todo });

/**
 * Says for which times a backfill would run a workflow: those of its schedule, which the server reads in its own zone,
 * or midnights where none is on; or the given ones. Starts nothing.
 *
 * @throws WorkflowError `RUN_INVALID` for bad times, none, or more than 10,000, for parameters that don't fit and for an
 *   offline workflow; `WORKFLOW_NOT_FOUND`; ClientError.
 * @public
 */
export async function planBackfill(
  client: Client,
  options: BackfillRunOptions,
): Promise<BackfillPlan> {
  const { parallel = 1, order, dependents } = options;
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw invalid(`${parallel} at once`, 'Give a whole number from 1 up.');
  }
  const range = rangeOf(options);
  const { ref, start, schedules } = await prepareStart(client, options);
  const { by, times } = range.dates
    ? { by: 'dates', times: range.dates }
    : timesBetween(range, schedules);
  if (range.dates && dependents !== undefined && dependents !== 'none') {
    throw invalid(
      "a list of dates can't take dependents along",
      'Give from and until instead of dates.',
    );
  }
  if (times.length === 0) {
    throw invalid(`there is no time of ${by} between the two`, 'Widen the span, or give dates.');
  }
  if (times.length > MOST_TIMES) {
    throw invalid(`there are more than ${MOST_TIMES} times`, 'Narrow the span: do it in parts.');
  }
  return {
    project: ref.project,
    projectCode: ref.projectCode,
    workflow: ref.definition.name,
    code: ref.definition.code,
    times,
    by,
    parallel,
    start: {
      ...start,
      ...(range.dates ? { dates: range.dates } : { from: range.from, until: range.until }),
      mode: parallel > 1 ? 'parallel' : 'serial',
      ...(parallel > 1 ? { parallelism: parallelism(client, range, parallel) } : {}),
      ...(order ? { order } : {}),
      ...(dependents ? { dependents } : {}),
    },
  };
}

/** How a server is told how many run at once. */
function parallelism({ line }: Client, { dates }: Range, parallel: number): number {
  // There, with dates, it is how many runs follow each other.
  return line === '3.1' && dates ? Math.ceil(dates.length / parallel) : parallel;
}

type Range =
  | { readonly dates: readonly string[]; readonly from?: undefined; readonly until?: undefined }
  | { readonly dates?: undefined; readonly from: string; readonly until: string };

function rangeOf({ from, until, dates }: BackfillRunOptions): Range {
  if (dates !== undefined) {
    if (from !== undefined || until !== undefined || dates.length === 0) {
      throw invalid('it takes either dates or a span', 'Give dates, or from and until.');
    }
    return { dates: [...new Set(dates.map(momentOf))].sort() };
  }
  if (from === undefined || until === undefined) {
    throw invalid('for which times?', 'Give from and until, or dates.');
  }
  const range = { from: momentOf(from), until: momentOf(until) };
  if (range.from > range.until) {
    throw invalid(`${until} is before ${from}`, 'Turn them around.');
  }
  return range;
}

function momentOf(text: string): string {
  const at = parseClock(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text);
  if (at === undefined) {
    throw invalid(`"${text}" is not a time`, 'Write 2026-11-23 or 2026-11-23 02:00:00.');
  }
  return formatClock(at);
}

function timesBetween(
  { from = '', until = '' }: Range,
  schedules: readonly Schedule[],
): { by: string; times: string[] } {
  const released = schedules.find(({ releaseState }) => releaseState === 'ONLINE');
  const by = released?.crontab ?? 'midnight';
  // The server doesn't ask its schedule then.
  if (from === until) return { by, times: [from] };
  const times: string[] = [];
  const [begin = 0, end = 0] = [parseClock(from), parseClock(until)];
  for (const at of quartzTimes(released?.crontab ?? MIDNIGHTS, begin, end)) {
    times.push(formatClock(at));
    if (times.length > MOST_TIMES) break;
  }
  return { by, times };
}

/**
 * Starts a backfill.
 *
 * @throws ClientError, `CLIENT_UNSUPPORTED` for what the server's line can't; the signal's reason.
 * @public
 */
export async function startBackfill(
  client: Client,
  { start, by, ...plan }: BackfillPlan,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<BackfillRef> {
  const before = await client.runs.list(plan.projectCode, {
    workflowDefinitionCode: plan.code,
    limit: LATEST,
  });
  const begun = await client.runs.backfill(plan.projectCode, start, { signal });
  return { ...plan, begun, afterId: Math.max(0, ...before.map(({ id }) => id)) };
}
