import { DateTime } from 'luxon';

const SERVER_FORMAT = 'yyyy-MM-dd HH:mm:ss';

/** A time as DolphinScheduler writes it, in its servers' zone, as ISO 8601 in UTC. Undefined for none. @public */
export function toIso(text: string | undefined, timeZone: string): string | undefined {
  if (!text) return undefined;
  const at = DateTime.fromFormat(text.slice(0, 19), SERVER_FORMAT, { zone: timeZone });
  return at.isValid ? (at.toUTC().toISO() ?? undefined) : undefined;
}

/** The reverse. @public */
export function fromIso(iso: string, timeZone: string): string {
  return DateTime.fromISO(iso, { zone: timeZone }).toFormat(SERVER_FORMAT);
}
