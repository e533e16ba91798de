/**
 * How single settings of a task type stand among the server's task parameters, both ways. Most types are a table of
 * these ({@link defineTaskType}).
 */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { TaskScope } from '../synth/scope';
import { ref, type Names } from './refs';
import type { RenderContext, TaskSource } from './task-type';

/** Where a value is being checked. */
export interface FieldPlace {
  readonly scope: TaskScope;
  /** The setting's name. */
  readonly option: string;
}

/** One setting: what an author writes, as JSON, and as the server's parameters. */
export interface Field<T> {
  /** The server's parameters that it stands for. */
  readonly keys: readonly string[];
  /** The lines that have it. Default: all that have the type. */
  readonly lines?: readonly ServerLine[];
  /** The author must give it. */
  readonly required: boolean;
  /** JSON of what the author wrote; what is wrong is reported. */
  synth(value: Exclude<T, undefined>, place: FieldPlace): unknown;
  /** @param json - undefined where the author gave none. */
  write(json: unknown, context: RenderContext): Readonly<Record<string, unknown>>;
  /** JSON again; undefined for what counts as not given. */
  read(params: TaskSource['params'], source: TaskSource): unknown;
}

/** @typeParam T - what an author may write. */
export interface FieldOptions<T> {
  /** What counts when nothing is given; it is written then. */
  readonly default?: T;
  /** May be left out, and is not written then. */
  readonly optional?: boolean;
  readonly lines?: readonly ServerLine[];
}

const isNone = (value: unknown) => value === undefined || value === null || value === '';

interface Codec<T> {
  /** What is wrong with a value; undefined for a good one. */
  fault(value: T): string | undefined;
  toServer(value: T): unknown;
  /** Undefined for what isn't such a value. */
  fromServer(value: unknown, names: Names): T | undefined;
}

function one<T>(key: string, codec: Codec<T>, options: FieldOptions<T>): Field<T> {
  const { default: fallback, optional = false, lines } = options;
  return {
    keys: [key],
    lines,
    required: fallback === undefined && !optional,
    synth(value, { scope, option }) {
      const fault = codec.fault(value as T);
      scope.report.check(
        fault === undefined,
        'INPUT',
        `${option}: ${fault}`,
        'Mend the setting; its type says what it takes.',
      );
      return value;
    },
    write(json) {
      const value = (json ?? fallback) as T | undefined;
      return value === undefined ? {} : { [key]: codec.toServer(value) };
    },
    read(params, { names }) {
      if (isNone(params[key])) return undefined;
      const value = codec.fromServer(params[key], names);
      return value === fallback ? undefined : value;
    },
  };
}

/** A text. */
export function text(key: string, options: FieldOptions<string> = {}): Field<string> {
  return one(
    key,
    {
      fault: value => (typeof value === 'string' ? undefined : 'it is not a text'),
      toServer: value => value,
      fromServer: value => (typeof value === 'object' ? undefined : String(value)),
    },
    options,
  );
}

/** @param options - `asText`: the server keeps it as text. Default false. */
export function number(
  key: string,
  { asText = false, ...options }: FieldOptions<number> & { readonly asText?: boolean } = {},
): Field<number> {
  return one(
    key,
    {
      fault: value => (Number.isFinite(value) ? undefined : 'it is not a number'),
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
        const at = words.findIndex(word => String(word) === String(value));
        return at < 0 ? undefined : at === 1;
      },
    },
    options,
  );
}

/** One of several words, and what the server has for each. */
export function oneOf<const W extends Readonly<Record<string, unknown>>>(
  key: string,
  words: W,
  options: FieldOptions<Extract<keyof W, string>> = {},
): Field<Extract<keyof W, string>> {
  type Word = Extract<keyof W, string>;
  return one<Word>(
    key,
    {
      fault: value =>
        Object.hasOwn(words, value) ? undefined : `use one of ${Object.keys(words).join(', ')}`,
      toServer: value => words[value],
      fromServer: value =>
        Object.keys(words).find(word => String(words[word]) === String(value)) as Word | undefined,
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
    synth: (value, { scope, option }) => scope.plain(value, option),
    read(params) {
      const value = params[key];
      const same = JSON.stringify(value) === JSON.stringify(options.default);
      return isNone(value) || same ? undefined : value;
    },
  };
}

/** A data source by name. */
export function datasource(key: string, options: FieldOptions<string> = {}): Field<string> {
  const field = text(key, options);
  return {
    ...field,
    synth: (value, place) => place.scope.datasource(field.synth(value, place) as string),
    write: value =>
      value === undefined ? {} : { [key]: ref({ kind: 'datasource', name: String(value) }) },
    read: (params, { names }) =>
      isNone(params[key]) ? undefined : names.datasource(Number(params[key])),
  };
}

/** One file of the resource centre by its full name, `/jars/job.jar`. */
export function resource(key: string, options: FieldOptions<string> = {}): Field<string> {
  return {
    ...text(key, options),
    write: value =>
      value === undefined ? {} : { [key]: ref({ kind: 'resource', path: String(value) }) },
    read: (params, { names }) => {
      const value = params[key];
      return typeof value === 'object' && value !== null ? names.resource(value) : undefined;
    },
  };
}

/** What a server wants to find and what authors have no choice about. */
export type Constants = Readonly<Record<string, unknown>>;
