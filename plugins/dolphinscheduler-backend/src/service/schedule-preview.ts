import { InputError } from '@backstage/errors';
import type { SchedulePreview } from '@dolphinstage/plugin-dolphinscheduler-common';
import { fireTimes, quartzFault } from '@dolphinstage/workflows';

const MOST = 5;
/** What doesn't fire within it, never does as far as anybody waits. */
const YEARS = 5;

/**
 * When a schedule would fire next.
 *
 * @throws InputError that says what is wrong with it.
 */
export function previewSchedule(
  { cron, timeZone }: { readonly cron: string; readonly timeZone: string },
  now = new Date(),
): SchedulePreview {
  const fault = quartzFault(cron);
  if (fault) throw new InputError(fault);
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new InputError(`there is no time zone ${timeZone}`);
  }
  const until = new Date(now);
  until.setFullYear(until.getFullYear() + YEARS);
  const times: string[] = [];
  for (const at of fireTimes(cron, now, until, timeZone)) {
    times.push(at.toISOString());
    if (times.length === MOST) break;
  }
  return { times };
}
