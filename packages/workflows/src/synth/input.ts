import { isDeferred, type ConnectionRef, type Deferred } from '@dolphinstage/task-kit';
import type { Bind } from '../model';
import type { Reporter } from './problems';
import type { TaskScope } from './scope';

/** What the command line accepts as one step of a path. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$/;
const NO_SEGMENT = new Set(['__proto__', 'constructor', 'prototype']);

/** An authored input, taken apart. */
export interface SplitInput {
  /** What is known, as JSON. */
  input: unknown;
  /** What a run must put in. */
  binds: Bind[];
}

/** Takes an authored input apart into what is known now and what only a run knows. */
export function splitInput(authored: unknown, scope: TaskScope): SplitInput {
  const binds: Bind[] = [];
  const input = known(authored, [], scope, binds);
  return { input: input ?? {}, binds };
}

/** @param binds - where what only a run knows is put; without it, that is refused. */
export function known(
  value: unknown,
  path: readonly string[],
  scope: TaskScope,
  binds: Bind[] | undefined,
): unknown {
  if (isDeferred(value)) {
    if (!binds) {
      scope.report.add(
        'INPUT',
        `${path.join('.')} is known only when the workflow runs`,
        "Write ${name} in its text, and give it by the task's inputs.",
      );
      return undefined;
    }
    const bind = bindOf(value, path, scope);
    if (bind) binds.push(bind);
    return undefined;
  }
  if (Array.isArray(value)) {
    // JSON has no holes: null keeps the place of what is bound later.
    return value.map((item, index) => known(item, [...path, String(index)], scope, binds) ?? null);
  }
  if (typeof value === 'object' && value !== null) {
    checkPlain(value, path, scope.report);
    if (binds && isConnection(value))
      return { ...value, connection: scope.connection(value.connection) };
    const entries = Object.entries(value).map(
      ([key, item]) => [key, known(item, [...path, key], scope, binds)] as const,
    );
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }
  return checkScalar(value, path, scope.report) ? value : undefined;
}

/** What `connection(…)` gives. */
function isConnection(value: object): value is ConnectionRef {
  return (
    'connection' in value &&
    typeof value.connection === 'string' &&
    Object.keys(value).every(key => key === 'connection' || key === 'kind')
  );
}

function bindOf(
  value: Deferred<unknown>,
  path: readonly string[],
  scope: TaskScope,
): Bind | undefined {
  const { report } = scope;
  checkPath(path, 'the field', report);
  const at = path.join('.');
  const source = value.deferred;
  if (source.kind === 'param') {
    return scope.param(source) ? { path: at, param: source.name, type: source.type } : undefined;
  }
  const raw = scope.rawOutput(source);
  if (raw) {
    report.check(
      raw.type !== 'string',
      'EDGE',
      `${source.task} is a raw task, whose texts come as they are: ${raw.name} can't be taken as data`,
      'Hand on a number, a boolean or a time, or write the text to a table or file.',
    );
    return { path: at, param: raw.name, type: raw.type };
  }
  checkPath(source.path, `the output of ${source.task}`, report);
  return scope.output(source)
    ? { path: at, task: source.task, output: source.path.join('.') }
    : undefined;
}

function checkPath(path: readonly string[], what: string, report: Reporter): void {
  for (const segment of path) {
    report.check(
      SEGMENT.test(segment) && !NO_SEGMENT.has(segment),
      'INPUT',
      `${what} ${path.join('.')}: "${segment}" can't stand in a path`,
      'Use letters, digits, dashes and underscores in names of fields that are known only at run time.',
    );
  }
}

function checkPlain(value: object, path: readonly string[], report: Reporter): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  report.check(
    prototype === null || prototype === Object.prototype,
    'INPUT',
    `${path.join('.') || 'the input'} is a ${value.constructor?.name}, which JSON can't hold`,
    'Write it as text or numbers.',
  );
}

function checkScalar(value: unknown, path: readonly string[], report: Reporter): boolean {
  const good =
    value === null ||
    value === undefined ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  report.check(
    good,
    'INPUT',
    `${path.join('.') || 'the input'} is ${typeof value === 'number' ? value : `a ${typeof value}`}, which JSON can't hold`,
    'Write it as text or numbers.',
  );
  return good;
}
