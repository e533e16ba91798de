/**
 * How single settings of a task type stand among the server's task parameters, both ways. Most types are a table of
 * these ({@link defineTaskType}).
 */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { isDeferred } from '@dolphinstage/task-kit';
import type { TaskHandle } from '../define/task';
import type { TaskScope } from '../synth/scope';
import { at, merge, put } from './paths';
import { ref, type Names } from './refs';
import type { Lacking, RenderContext, TaskSource } from './task-type';
import { type WorkflowRef, workflowRef } from './workflow-ref';

/** Where a value is being checked. */
export interface FieldPlace {
  readonly scope: TaskScope;
  /** The setting's name. */
  readonly option: string;
}

/** What a setting is that the server has and that can't be said: the task is kept as another type then. */
export const UNREADABLE = Symbol('unreadable');

/** One setting: what an author writes, as JSON, and as the server's parameters. */
export interface Field<T> {
  /** The server's parameters that it stands for: dotted paths. */
  readonly keys: readonly string[];
  /** The lines that have it. Default: all that have the type. */
  readonly lines?: readonly ServerLine[];
  /** The author must give it. */
  readonly required: boolean;
  /** JSON of what the author wrote; what is wrong is reported. */
  synth(value: Exclude<T, undefined>, place: FieldPlace): unknown;
  /** @param json - undefined where the author gave none. */
  write(json: unknown, context: RenderContext): Readonly<Record<string, unknown>>;
  /** JSON again; undefined for what counts as not given. {@link UNREADABLE} for what can't be said. */
  read(params: TaskSource['params'], source: TaskSource): unknown;
  /** What of a value a line doesn't have, beside the whole of it. */
  lacks?(json: unknown, line: ServerLine): readonly Lacking[];
}

/** Named settings. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** @typeParam T - what an author may write. */
export interface FieldOptions<T> {
  /** What counts when nothing is given; it is written then. */
  readonly default?: T;
  /** May be left out, and is not written then. */
  readonly optional?: boolean;
  readonly lines?: readonly ServerLine[];
}

const isNone = (value: unknown) => value === undefined || value === null || value === '';

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Whether a line has a setting. */
export function hasLine(lines: readonly ServerLine[] | undefined, line: ServerLine): boolean {
  return lines?.includes(line) ?? true;
}

export interface Codec<T> {
  /** What is wrong with a value; undefined for a good one. */
  fault(value: T): string | undefined;
  toServer(value: T): unknown;
  /** Undefined for what isn't such a value. */
  fromServer(value: unknown, names: Names): T | undefined;
  readonly lacks?: Field<T>['lacks'];
}

/** A setting that is one parameter of the server's. */
export function one<T>(key: string, codec: Codec<T>, options: FieldOptions<T>): Field<T> {
  const { default: fallback, optional = false, lines } = options;
  return {
    keys: [key],
    lines,
    required: fallback === undefined && !optional,
    lacks: codec.lacks,
    synth(value, { scope, option }) {
      if (isDeferred(value)) return scope.plain(value, option);
      const fault = codec.fault(value as T);
      scope.report.check(
        fault === undefined,
        'INPUT',
        `${option}: ${fault}`,
        'Mend the setting; its type says what it takes.',
      );
      // So it reads the same whether it is said or not.
      return isSame(value, fallback) ? undefined : value;
    },
    write(given, { line }) {
      const value = (given ?? fallback) as T | undefined;
      return value === undefined || !hasLine(lines, line) ? {} : put(key, codec.toServer(value));
    },
    read(params, { names }) {
      const found = at(params, key);
      if (isNone(found)) return undefined;
      const value = codec.fromServer(found, names);
      if (value === undefined) return UNREADABLE;
      return isSame(value, fallback) ? undefined : value;
    },
  };
}

/** A text; not an empty one where it must be given. */
export function text(key: string, options: FieldOptions<string> = {}): Field<string> {
  const mayBeEmpty = options.optional || options.default !== undefined;
  return one(
    key,
    {
      fault(value) {
        if (typeof value !== 'string') return 'it is not a text';
        return mayBeEmpty || value.trim() !== '' ? undefined : 'it is empty';
      },
      toServer: value => value,
      fromServer: value => (typeof value === 'object' ? undefined : String(value)),
    },
    options,
  );
}

/**
 * @param options - `asText`: the server keeps it as text. Default false. `integer`: only whole numbers. Default false.
 *   `least`: the smallest that is good. Default: any.
 */
export function number(
  key: string,
  {
    asText = false,
    integer = false,
    least = -Infinity,
    ...options
  }: FieldOptions<number> & {
    readonly asText?: boolean;
    readonly integer?: boolean;
    readonly least?: number;
  } = {},
): Field<number> {
  return one(
    key,
    {
      fault(value) {
        if (!Number.isFinite(value)) return 'it is not a number';
        if (integer && !Number.isInteger(value)) return 'it is not a whole number';
        return value >= least ? undefined : `it is less than ${least}`;
      },
      toServer: value => (asText ? String(value) : value),
      fromServer: value => {
        const found = Number(value);
        return Number.isFinite(found) ? found : undefined;
      },
    },
    options,
  );
}

/** @param options - `words`: what the server has for false and true. Default: the booleans. */
export function flag(
  key: string,
  {
    words = [false, true],
    ...options
  }: FieldOptions<boolean> & { readonly words?: readonly [unknown, unknown] } = {},
): Field<boolean> {
  return one(
    key,
    {
      fault: value => (typeof value === 'boolean' ? undefined : 'it is neither true nor false'),
      toServer: value => words[value ? 1 : 0],
      fromServer: value => {
        const found = words.findIndex(word => String(word) === String(value));
        return found < 0 ? undefined : found === 1;
      },
    },
    options,
  );
}

/**
 * One of several words, and what the server has for each.
 *
 * @param options - `only`: words that not all lines have, and which do.
 */
export function oneOf<const W extends Readonly<Record<string, unknown>>>(
  key: string,
  words: W,
  {
    only = {},
    ...options
  }: FieldOptions<Extract<keyof W, string>> & {
    readonly only?: { readonly [K in keyof W]?: readonly ServerLine[] };
  } = {},
): Field<Extract<keyof W, string>> {
  type Word = Extract<keyof W, string>;
  return one<Word>(
    key,
    {
      fault: value =>
        Object.hasOwn(words, value)
          ? undefined
          : `"${String(value)}" is none of ${Object.keys(words).join(', ')}`,
      toServer: value => words[value],
      fromServer: value =>
        Object.keys(words).find(word => String(words[word]) === String(value)) as Word | undefined,
      lacks(json, line) {
        const lines = only[json as Word];
        return lines && !lines.includes(line) ? [{ what: String(json), lines }] : [];
      },
    },
    options,
  );
}

/** Each word as the server has it. */
export function same<const W extends string>(...words: readonly W[]): { readonly [K in W]: K } {
  return Object.fromEntries(words.map(word => [word, word])) as { readonly [K in W]: K };
}

/** Several texts. */
export function texts(
  key: string,
  options: FieldOptions<readonly string[]> = {},
): Field<readonly string[]> {
  const areTexts = (value: unknown) =>
    Array.isArray(value) && value.every(item => typeof item === 'string');
  return one<readonly string[]>(
    key,
    {
      fault: value => (areTexts(value) ? undefined : 'it is not a list of texts'),
      toServer: value => value,
      fromServer: value => (areTexts(value) ? (value as string[]) : undefined),
    },
    options,
  );
}

/** Anything that is JSON, kept as it is. */
export function json<T>(key: string, options: FieldOptions<T> = {}): Field<T> {
  return {
    ...one<T>(
      key,
      { fault: () => undefined, toServer: value => value, fromServer: value => value as T },
      options,
    ),
    synth(value, { scope, option }) {
      const plain = scope.plain(value, option);
      return isSame(plain, options.default) ? undefined : plain;
    },
  };
}

type Columns<Row> = { readonly [K in keyof Row]-?: Field<Row[K]> };

/** Rows of the same settings. */
export function list<Row extends object>(
  key: string,
  columns: Columns<Row>,
  { default: fallback, optional = false, lines }: FieldOptions<readonly Row[]> = {},
): Field<readonly Row[]> {
  const fields = columns as unknown as Fields;
  const asRows = (value: unknown) => value as readonly Readonly<Record<string, unknown>>[];
  return {
    keys: [key],
    lines,
    required: fallback === undefined && !optional,
    synth(value, { scope, option }) {
      if (!Array.isArray(value)) {
        scope.report.add('INPUT', `${option}: it is not a list`, 'Write a list.');
        return [];
      }
      return asRows(value).map((row, index) =>
        synthFields(fields, row, `${option}[${index}]`, scope),
      );
    },
    write(value, context) {
      const rows = value ?? fallback;
      if (rows === undefined || !hasLine(lines, context.line)) return {};
      return put(
        key,
        asRows(rows).map(row => writeFields(fields, row, context)),
      );
    },
    read(params, source) {
      const found = at(params, key);
      if (isNone(found)) return undefined;
      if (!Array.isArray(found)) return UNREADABLE;
      const rows = asRows(found).map(row => readFields(fields, row, source));
      if (rows.includes(undefined)) return UNREADABLE;
      return rows.length === 0 ? undefined : rows;
    },
    lacks: (value, line) => asRows(value).flatMap(row => lackingFields(fields, row, line)),
  };
}

/**
 * Settings that authors write together.
 *
 * @param options - `optional`: they may be left out as a whole; the defaults among them are written all the same.
 */
export function group<Settings extends object>(
  columns: Columns<Settings>,
  { optional = false, lines }: Pick<FieldOptions<Settings>, 'optional' | 'lines'> = {},
): Field<Settings> {
  const fields = columns as unknown as Fields;
  return {
    keys: Object.values(fields).flatMap(({ keys }) => keys),
    lines,
    required: !optional,
    synth: (value, { scope, option }) =>
      synthFields(fields, value as Readonly<Record<string, unknown>>, option, scope),
    write: (value, context) =>
      hasLine(lines, context.line)
        ? writeFields(fields, (value ?? {}) as Readonly<Record<string, unknown>>, context)
        : {},
    read(params, source) {
      if (
        optional &&
        !Object.values(fields).some(({ keys }) => keys.some(key => !isNone(at(params, key))))
      )
        return undefined;
      const found = readFields(fields, params, source);
      if (!found) return UNREADABLE;
      return optional && Object.keys(found).length === 0 ? undefined : found;
    },
    lacks: (value, line) => lackingFields(fields, value as Readonly<Record<string, unknown>>, line),
  };
}

/** A data source by name. */
export function datasource(key: string, options: FieldOptions<string> = {}): Field<string> {
  const field = one<string>(
    key,
    {
      fault: value => (typeof value === 'string' && value !== '' ? undefined : 'it is not a name'),
      toServer: name => ref({ kind: 'datasource', name }),
      fromServer: (value, names) => names.datasource(Number(value)),
    },
    options,
  );
  return {
    ...field,
    synth: (value, place) => place.scope.datasource(field.synth(value, place) as string),
  };
}

/** One file of the resource centre by its full name, `/jars/job.jar`. */
export function resource(key: string, options: FieldOptions<string> = {}): Field<string> {
  return one(
    key,
    {
      fault: value =>
        typeof value === 'string' && value.startsWith('/')
          ? undefined
          : 'it is not a full name such as /jars/job.jar',
      toServer: path => ref({ kind: 'resource', path }),
      fromServer: (value, names) =>
        typeof value === 'object' ? names.resource(value ?? {}) : undefined,
    },
    options,
  );
}

/** An alert group by name. */
export function alertGroup(key: string, options: FieldOptions<string> = {}): Field<string> {
  return one(
    key,
    {
      fault: value => (typeof value === 'string' && value !== '' ? undefined : 'it is not a name'),
      toServer: name => ref({ kind: 'alert-group', name }),
      fromServer: (value, names) => names.alertGroup(Number(value)),
    },
    options,
  );
}

/** Another workflow. */
export function workflow(key: (line: ServerLine) => string): Field<WorkflowRef> {
  return {
    keys: [key('3.1'), key('3.4')],
    required: true,
    synth: (value, { scope }) => workflowRef(scope.use(value)),
    write: (value, { line }) => put(key(line), value),
    read(params, { line, names }) {
      const code = at(params, key(line));
      if (isNone(code)) return undefined;
      const name = names.workflow(Number(code));
      return name ? workflowRef(name) : UNREADABLE;
    },
  };
}

/**
 * A task that this one leads to.
 *
 * @param options - `asList`: the server has a list of one. Default false.
 */
export function leadsTo(
  key: string,
  { asList = false }: { readonly asList?: boolean } = {},
): Field<TaskHandle> {
  return {
    keys: [key],
    required: true,
    synth: (value, { scope }) => ref({ kind: 'task', task: scope.leadsTo(value) }),
    write: value => put(key, asList ? [value] : value),
    read(params, { names }) {
      const found = at(params, key);
      const [code, ...others] = Array.isArray(found) ? (found as unknown[]) : [found];
      const task = others.length > 0 ? undefined : names.task(Number(code));
      return task === undefined ? UNREADABLE : ref({ kind: 'task', task });
    },
  };
}

/** What authors write, as JSON. */
export function synthFields(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  what: string,
  scope: TaskScope,
  others: readonly string[] = [],
): Record<string, unknown> {
  if (typeof given !== 'object' || given === null) {
    scope.report.add(
      'INPUT',
      `${what}: it has no settings`,
      'Mend it; its type says what it takes.',
    );
    return {};
  }
  const known = [...Object.keys(fields), ...others];
  for (const option of Object.keys(given).filter(key => !known.includes(key))) {
    scope.report.add(
      'INPUT',
      `${what} has no setting ${option}`,
      `Use some of: ${known.join(', ')}.`,
    );
  }
  const json: Record<string, unknown> = {};
  for (const [option, field] of Object.entries(fields)) {
    const value = given[option];
    if (value !== undefined) json[option] = field.synth(value as never, { scope, option });
    else
      scope.report.check(
        !field.required,
        'INPUT',
        `${option} is missing`,
        `${what} needs it: say what it is to be.`,
      );
  }
  return json;
}

/** JSON as the server's parameters. */
export function writeFields(
  fields: Fields,
  json: Readonly<Record<string, unknown>>,
  context: RenderContext,
): Record<string, unknown> {
  const parts = Object.entries(fields).map(([option, field]) => field.write(json[option], context));
  return merge(parts);
}

/** Undefined for what can't be said. */
export function readFields(
  fields: Fields,
  params: Readonly<Record<string, unknown>>,
  source: TaskSource,
): Record<string, unknown> | undefined {
  const json: Record<string, unknown> = {};
  for (const [option, field] of Object.entries(fields)) {
    const value = field.read(params, source);
    if (value === UNREADABLE || (value === undefined && field.required)) return undefined;
    if (value !== undefined) json[option] = value;
  }
  return json;
}

/** What of given settings a line doesn't have. */
export function lackingFields(
  fields: Fields,
  json: Readonly<Record<string, unknown>>,
  line: ServerLine,
): Lacking[] {
  return Object.entries(fields).flatMap(([option, { lines, lacks }]) => {
    const value = json[option];
    if (value === undefined) return [];
    if (lines && !lines.includes(line)) return [{ what: option, lines }];
    return (lacks?.(value, line) ?? []).map(({ what, ...other }) => ({
      what: `${option} ${what}`,
      ...other,
    }));
  });
}

/** What a server wants to find and what authors have no choice about. */
export type Constants = Readonly<Record<string, unknown>>;
