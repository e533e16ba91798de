import type { z } from 'zod';
import { isDeferred } from './deferred';

type Path = readonly PropertyKey[];

/** Whether a class made it (Date, Map): it is a value, not a part of the input's shape. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The input with `undefined` for every deferred part, whose paths are collected. */
function withoutDeferred(value: unknown, path: Path, deferred: Path[]): unknown {
  if (isDeferred(value)) {
    deferred.push(path);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => withoutDeferred(item, [...path, index], deferred));
  }
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        withoutDeferred(item, [...path, key], deferred),
      ]),
    );
  }
  return value;
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((segment, index) => String(segment) === String(path[index]));
}

/** Whether an issue may be there only because a deferred part is not known yet. */
function isUndecided(issue: z.core.$ZodIssue, deferred: readonly Path[]): boolean {
  return deferred.some(
    path =>
      startsWith(issue.path, path) ||
      // A check over several fields or alternatives looks at the deferred one as well.
      ((issue.code === 'custom' || issue.code === 'invalid_union') && startsWith(path, issue.path)),
  );
}

/** An issue in words: where in the input, and what is wrong. Zod's messages never hold the value. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  return path ? `${path}: ${issue.message}` : issue.message;
}

/** What is wrong with an authored input as far as that can be known before the task runs. */
export function staticIssues(schema: z.ZodType, input: unknown): string[] {
  const deferred: Path[] = [];
  const known = withoutDeferred(input, [], deferred);
  try {
    const result = schema.safeParse(known);
    return (result.error?.issues ?? [])
      .filter(issue => !isUndecided(issue, deferred))
      .map(describeIssue);
  } catch (error) {
    // A refinement that can't do without the deferred part, or an asynchronous one: checked at the run.
    if (deferred.length > 0 || (error as Error).constructor.name === '$ZodAsyncError') return [];
    throw error;
  }
}
