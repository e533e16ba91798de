/**
 * How one setting of a task type stands among the server's task parameters, both ways. Most types are a table of these
 * ({@link defineTaskType}).
 */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { isDeferred } from '@dolphinstage/task-kit';
import type { TaskScope } from '../../synth/scope';
import { at, put } from '../paths';
import type { Lacking, RenderContext, TaskSource } from '../task-type';

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
  /** The lines that have it; on the others it is neither written nor heeded. Default: all that have the type. */
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

/** A field for each of some settings. */
export type FieldsOf<Settings> = { readonly [K in keyof Settings]-?: Field<Settings[K]> };

/** @typeParam T - what an author may write. */
export interface FieldOptions<T> {
  /** What counts when nothing is given; it is written then. */
  readonly default?: T;
  /** May be left out, and is not written then. */
  readonly optional?: boolean;
  readonly lines?: readonly ServerLine[];
}

/** What people are to do about a value of a wrong kind. */
export const MEND = 'Mend the setting; its type says what it takes.';

/** True for what counts as not given where a server has it: nothing, or an empty text. */
export function isNone(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** True for an empty list, which counts as not given where a server has a list. */
export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** True for what has settings: neither a list nor a single value. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the author must give it. */
export function isRequired(options: FieldOptions<unknown>): boolean {
  return options.default === undefined && !options.optional;
}

/** True for a value that says no more than the default does. */
export function isDefault(value: unknown, fallback: unknown): boolean {
  return fallback !== undefined && JSON.stringify(value) === JSON.stringify(fallback);
}

/** How a value becomes the server's, and back. */
export interface Codec<T> {
  /** What is wrong with a value; undefined for a good one. */
  fault(value: T): string | undefined;
  toServer(value: T, line: ServerLine): unknown;
  /** Undefined for what isn't such a value. */
  fromServer(value: unknown, source: TaskSource): T | undefined;
  readonly lacks?: Field<T>['lacks'];
}

/** A setting that is one parameter of the server's. */
export function one<T>(key: string, codec: Codec<T>, options: FieldOptions<T>): Field<T> {
  const { default: fallback, lines } = options;
  return {
    keys: [key],
    lines,
    required: isRequired(options),
    lacks: codec.lacks,
    synth(value, { scope, option }) {
      if (isDeferred(value)) return scope.plain(value, option);
      // So it reads the same whether it is said or not.
      if (isDefault(value, fallback)) return undefined;
      const fault = codec.fault(value as T);
      scope.report.check(fault === undefined, 'INPUT', `${option}: ${fault}`, MEND);
      return value;
    },
    write(given, { line }) {
      const value = (given ?? fallback) as T | undefined;
      return value === undefined ? {} : put(key, codec.toServer(value, line));
    },
    read(params, source) {
      const found = at(params, key);
      if (isNone(found)) return undefined;
      const value = codec.fromServer(found, source);
      if (isDefault(value, fallback)) return undefined;
      // What an author couldn't write can't be said.
      return value === undefined || codec.fault(value) !== undefined ? UNREADABLE : value;
    },
  };
}

/** A setting of the server's that is a list: an empty one counts as not given. */
export function oneList<T>(key: string, codec: Codec<T>, options: FieldOptions<T>): Field<T> {
  const field = one(key, codec, options);
  return {
    ...field,
    read: (params, source) => (isEmpty(at(params, key)) ? undefined : field.read(params, source)),
  };
}

/** A field with one more rule for authors; what a server has isn't held against it. */
export function checked<T>(
  field: Field<T>,
  fault: (value: unknown) => string | undefined,
  todo = MEND,
): Field<T> {
  return {
    ...field,
    synth(value, place) {
      const found = fault(value);
      place.scope.report.check(found === undefined, 'INPUT', `${place.option}: ${found}`, todo);
      return field.synth(value, place);
    },
  };
}
