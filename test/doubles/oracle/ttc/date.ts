import { OracleError } from '../errors';

const TEXT =
  /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?)?$/;
/** The bytes of a time zone at UTC: 20 hours and 60 minutes are added to each, to keep them positive. */
const UTC_ZONE = [20, 60];

interface Moment {
  /** Milliseconds since 1970, as if the wall clock's time were UTC. */
  milliseconds: number;
  microseconds: number;
}

/** PostgreSQL's text of a date or timestamp to an Oracle DATE: seven bytes. */
export function encodeDate(text: string): Buffer {
  return calendar(parse(text));
}

/** PostgreSQL's text of a timestamp to an Oracle TIMESTAMP: a date and nanoseconds. */
export function encodeTimestamp(text: string): Buffer {
  const moment = parse(text);
  return Buffer.concat([calendar(moment), nanoseconds(moment)]);
}

/** PostgreSQL's text of a timestamp with time zone to Oracle's, at UTC. */
export function encodeTimestampTz(text: string): Buffer {
  const moment = parse(text);
  return Buffer.concat([calendar(moment), nanoseconds(moment), Buffer.from(UTC_ZONE)]);
}

/** A DATE or TIMESTAMP of 7, 11 or 13 bytes to text; undefined for the empty buffer, which is null. */
export function decodeDate(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  const year = (bytes[0]! - 100) * 100 + bytes[1]! - 100;
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(bytes[2]!)}-${two(bytes[3]!)}`;
  const time = [bytes[4]!, bytes[5]!, bytes[6]!].map(value => two(value - 1)).join(':');
  const micros = bytes.length >= 11 ? Math.floor(bytes.readUInt32BE(7) / 1000) : 0;
  return `${date} ${time}${micros ? `.${String(micros).padStart(6, '0')}` : ''}`;
}

function parse(text: string): Moment {
  const match = TEXT.exec(text);
  // PostgreSQL also knows infinity, years before Christ and beyond 9999.
  if (!match) throw new OracleError(1841, `(full) year must be between -4713 and +9999: ${text}`);
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [sign, zoneHours, zoneMinutes, zoneSeconds] = match.slice(8);
  const zone =
    (Number(zoneHours ?? 0) * 3600 + Number(zoneMinutes ?? 0) * 60 + Number(zoneSeconds ?? 0)) *
    (sign === '-' ? -1 : 1);
  const date = new Date(0);
  // Unlike Date.UTC, this takes years below 100 as they are.
  date.setUTCFullYear(year!, month! - 1, day!);
  date.setUTCHours(hour || 0, minute || 0, (second || 0) - zone);
  return {
    milliseconds: date.getTime(),
    microseconds: Number((match[7] ?? '').padEnd(6, '0')),
  };
}

function calendar({ milliseconds }: Moment): Buffer {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return Buffer.from([
    ...[
      Math.floor(year / 100) + 100,
      (year % 100) + 100,
      date.getUTCMonth() + 1,
      date.getUTCDate(),
    ],
    ...[date.getUTCHours() + 1, date.getUTCMinutes() + 1, date.getUTCSeconds() + 1],
  ]);
}

function nanoseconds({ microseconds }: Moment): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(microseconds * 1000, 0);
  return bytes;
}
