/** A time as people read it: UTC, to the second. */
export function shortTime(time: number | string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** Who does it, for what is written down. */
export function callerName(): string {
  return process.env.SUDO_USER ?? process.env.USER ?? 'unknown';
}
