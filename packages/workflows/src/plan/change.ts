/** One difference between what is there and what is wanted. @public */
export interface Change {
  /** `task extract, input.table`; `schedule, cron`. */
  readonly what: string;
  /** Absent where there was nothing. */
  readonly before?: string;
  /** Absent where nothing remains. */
  readonly after?: string;
  /**
   * `server`: somebody has edited it there since it was applied, and it is put back. `both`: the code has changed it,
   * too, and the code's counts. Absent: the code alone.
   */
  readonly origin?: 'server' | 'both';
}

/** A value as a person reads it in a plan. */
function shown(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The differences among named values. */
export function compare(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map(name => ({
      what: [what, name].filter(Boolean).join(', '),
      before: shown(before[name]),
      after: shown(after[name]),
    }))
    .filter(change => change.before !== change.after);
}

/** An object's leaves by dotted path. */
export function leaves(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return { [path]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]) => leaves(item, path ? `${path}.${key}` : key)),
  ) as Record<string, unknown>;
}
