import { createHash } from 'node:crypto';

const DIGEST_LENGTH = 12;
/** 15 digits: below 2^53, and above what servers mint themselves (14 digits). */
const LOWEST_CODE = 100_000_000_000_000n;
const CODES = 900_000_000_000_000n;

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}

/** 12 hex digits of a JSON value, whatever the order of its keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(value)))
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
}

/**
 * A new task's code. Codes are global on a server, across projects: the same hash elsewhere would change
 * another project's task.
 */
export function mintCode(target: string, project: string, workflow: string, task: string): number {
  const hash = createHash('sha256')
    .update(JSON.stringify([target, project, workflow, task]))
    .digest();
  return Number(LOWEST_CODE + (hash.readBigUInt64BE() % CODES));
}
