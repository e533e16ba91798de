/**
 * Times as a clock in the server's zone shows them. They are held as if they were UTC, in milliseconds; only counting
 * minutes goes over real time, which daylight saving makes longer or shorter.
 */

const DAY_MS = 86_400_000;

/** What `yyyy-MM-dd HH:mm:ss` says; undefined for what is no such time. */
export function parseClock(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const at = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at) || formatClock(at) !== text ? undefined : at;
}

/** `yyyy-MM-dd HH:mm:ss`. */
export function formatClock(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

export function addDays(at: number, days: number): number {
  return at + days * DAY_MS;
}

/** The last day of a month takes the place of days that it doesn't have. */
export function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

export function firstOfMonth(at: number): number {
  return new Date(at).setUTCDate(1);
}

export function lastOfMonth(at: number): number {
  return addDays(addMonths(firstOfMonth(at), 1), -1);
}

/** Weeks begin on Monday. */
export function mondayOf(at: number): number {
  return addDays(at, -((new Date(at).getUTCDay() + 6) % 7));
}

/** Minutes of real time. */
export function addMinutes(at: number, minutes: number, timeZone: string): number {
  return clockAt(instantOf(at, timeZone) + minutes * 60_000, timeZone);
}

/** A clock that shows what can't be, in the hour that daylight saving leaves out, goes on by as much. */
export function settled(at: number, timeZone: string): number {
  return clockAt(instantOf(at, timeZone), timeZone);
}

/** Milliseconds since 1970. */
export function instantOf(at: number, timeZone: string): number {
  // The offset before a change counts for a time that is there twice, and for one that isn't there.
  const before = offsetAt(at - DAY_MS, timeZone);
  const after = offsetAt(at + DAY_MS, timeZone);
  for (const offset of [before, after]) {
    if (offsetAt(at - offset, timeZone) === offset) return at - offset;
  }
  return at - before;
}

/** What a clock in a zone shows at a moment. */
export function clockAt(instant: number, timeZone: string): number {
  return instant + offsetAt(instant, timeZone);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetAt(instant: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, format);
  const parts = new Map(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(instant / 1000) * 1000;
}
