import { DolphinstageError } from './errors';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * A span of time as people write it: `90s`, `30m`, `2h`, `1d`.
 *
 * @public
 */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/**
 * The span in seconds.
 *
 * @throws DolphinstageError `DURATION_INVALID` unless it is a positive number with a unit s, m, h or d.
 * @public
 */
export function durationSeconds(duration: Duration): number {
  const match = /^(\d+(?:\.\d+)?)([smhd])$/.exec(duration);
  const seconds = match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : 0;
  if (!(seconds > 0)) {
    throw new DolphinstageError('DURATION_INVALID', `"${duration}" is not a duration`, {
      todo: 'Write a positive number and a unit, for example 90s, 30m, 2h or 1d.',
    });
  }
  return seconds;
}
