const CHECKS: Readonly<Record<string, string>> = {
  schema: 'schema',
  duplicate: 'duplicate',
  unparsable: 'not readable',
  version: 'unknown version',
  stopped: 'stopped partition',
};

/** A check as people call it. */
export function checkWord(check: string): string {
  return CHECKS[check] ?? check.replaceAll('-', ' ');
}

/** `98 %`, `99.97 %`, on one line: never rounded up to 100 %, and down to two digits. */
export function percent(share: number): string {
  return `${Math.floor(share * 10_000 + 1e-6) / 100}\u00a0%`;
}

/** `1 row`, `2,000 rows`. */
export function rowsOf(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
}

/** An exact time of ISO 8601 in the reader's zone; the text itself where it is no time. */
export function tellTime(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}
