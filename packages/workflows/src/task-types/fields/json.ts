/** Settings that are JSON, or that the server keeps as JSON text. */
import { at, put } from '../paths';
import { jsonText } from '../refs';
import { type Field, type FieldOptions, isDefault, isNone, one, UNREADABLE } from './field';
import { openText } from './secrets';

/** The value of a JSON text; undefined for a text that isn't JSON. */
export function parseJson(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
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
      return isDefault(plain, options.default) ? undefined : plain;
    },
  };
}

/** A setting whose value the server keeps as JSON text. It is one with a single key. */
export function asJsonText<T>(field: Field<T>): Field<T> {
  const [key = ''] = field.keys;
  return {
    ...field,
    write(value, context) {
      const written = at(field.write(value, context), key);
      return written === undefined ? {} : put(key, jsonText(written));
    },
    read(params, source) {
      const found = at(params, key);
      if (isNone(found)) return undefined;
      const value = parseJson(found);
      return value === undefined ? UNREADABLE : field.read(put(key, value), source);
    },
  };
}

/** A JSON document, which the server keeps as text: the text itself, or the value. */
export function jsonDocument(
  key: string,
  options: FieldOptions<string> = {},
): Field<string | object> {
  const field = openText(key, options);
  return {
    ...field,
    synth(value, place) {
      if (typeof value !== 'object' || value === null) return field.synth(value, place);
      const plain = place.scope.plain(value, place.option);
      return field.synth(JSON.stringify(plain, undefined, 2), place);
    },
  };
}
