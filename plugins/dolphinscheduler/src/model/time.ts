const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `5 minutes ago`, `in 2 hours`; `now` within a second. Both in ms since 1970. */
export function tellRelative(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) {
      return relative.format(Math.trunc(seconds / length), unit);
    }
  }
  return 'now';
}

/** An exact time with its zone: `2026-11-27 20:05:30 UTC`; the text itself where it is no time. */
export function tellExact(time: string, timeZone?: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) {
    return time;
  }
  const zone = knownZone(timeZone);
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    })
      .formatToParts(at)
      .map(part => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second} ${parts.timeZoneName}`;
}

/** The calendar day of a time in a zone, `yyyy-MM-dd`. */
export function dayOf(time: string, timeZone?: string): string {
  return tellExact(time, timeZone).slice(0, 10);
}

/** `1 h 05 min`, `3 min 20 s`, `0.4 s` of seconds. */
export function tellDuration(seconds: number): string {
  if (seconds < 10) {
    return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  }
  const minutes = Math.round(whole / 60);
  if (minutes < 48 * 60) {
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  }
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** How long something has taken, or takes so far; undefined before it starts. In seconds. */
export function secondsOf(
  { startedAt, endedAt }: { readonly startedAt?: string; readonly endedAt?: string },
  now: number,
): number | undefined {
  if (!startedAt) {
    return undefined;
  }
  const end = endedAt ? Date.parse(endedAt) : now;
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}

// A zone that the browser doesn't know (DolphinScheduler takes Java's names too) must not break the page.
function knownZone(timeZone: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
