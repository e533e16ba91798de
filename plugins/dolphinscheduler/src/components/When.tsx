import { useNow } from '../hooks/useNow';
import { secondsOf, tellDuration, tellExact, tellRelative } from '../model/time';

export interface WhenProps {
  /** ISO 8601; absent: `–`. */
  readonly time?: string;
  /** The exact time is told in this zone; default: the reader's. */
  readonly timeZone?: string;
}

/** A time as people say it; the exact one on hover. */
export function When({ time, timeZone }: WhenProps) {
  const now = useNow(30);
  if (!time || Number.isNaN(Date.parse(time))) {
    return <span>–</span>;
  }
  return (
    <time dateTime={time} title={tellExact(time, timeZone)}>
      {tellRelative(Date.parse(time), now)}
    </time>
  );
}

export interface TookProps {
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** How long it took; while it hasn't ended, it counts on. */
export function Took({ startedAt, endedAt }: TookProps) {
  const now = useNow(startedAt && !endedAt ? 1 : 0);
  const seconds = secondsOf({ startedAt, endedAt }, now);
  return <span>{seconds === undefined ? '–' : tellDuration(seconds)}</span>;
}
