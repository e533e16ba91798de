import type { ClientError } from '../errors';

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * Milliseconds to wait before the next attempt. With full jitter: clients that failed together don't come
 * back together.
 */
export function backoffMs(attempt: number): number {
  return Math.round(Math.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
}

/** Whether the same request may be sent again, and has a chance then. */
export function worthRepeating(error: ClientError, repeatable: boolean): boolean {
  switch (error.code) {
    case 'CLIENT_BUSY':
      return true;
    case 'CLIENT_UNREACHABLE':
      return repeatable || !error.unclear;
    case 'CLIENT_TIMEOUT':
      return repeatable;
    case 'CLIENT_SERVER':
      // Without a code it is a proxy's or the container's 5xx; one with a code would only come again.
      return repeatable && error.serverCode === undefined;
    default:
      return false;
  }
}
