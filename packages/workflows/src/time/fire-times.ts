import { clockAt, instantOf } from './clock';
import { quartzTimes } from './quartz-times';

/**
 * When a schedule fires between two moments, the second included, the earliest first.
 *
 * @param crontab - Quartz: six or seven fields, seconds first.
 * @param timeZone - IANA: the schedule's for when it fires; the server's own for a backfill, which reads expressions in it.
 * @public
 */
export function* fireTimes(
  crontab: string,
  after: Date,
  until: Date,
  timeZone: string,
): Generator<Date> {
  for (const at of quartzTimes(crontab, clockAt(+after, timeZone), clockAt(+until, timeZone))) {
    const instant = new Date(instantOf(at, timeZone));
    if (instant > after && instant <= until) yield instant;
  }
}
