/** Settings that authors write together. */
import { at } from '../paths';
import { jsonText } from '../refs';
import {
  type Field,
  type FieldOptions,
  type Fields,
  type FieldsOf,
  isNone,
  isObject,
  MEND,
  UNREADABLE,
} from './field';
import { parseJson } from './json';
import { lackingWord, type OnlyOn } from './lines';
import { lackingFields, readFields, synthFields, writeFields } from './settings';

type Settings = Readonly<Record<string, unknown>>;

/**
 * An object of settings, which stand apart from each other on the server.
 *
 * @param options - `optional`: they may be left out as a whole; the defaults among them are written all the same.
 */
export function group<T extends object>(
  columns: FieldsOf<T>,
  { optional = false, lines }: Pick<FieldOptions<T>, 'optional' | 'lines'> = {},
): Field<T> {
  const fields = columns as unknown as Fields;
  const keys = Object.values(fields).flatMap(field => field.keys);
  return {
    keys,
    lines,
    required: !optional,
    synth: (value, place) => synthFields(fields, value as Settings, place),
    write: (value, context) => writeFields(fields, (value ?? {}) as Settings, context),
    read(params, source) {
      if (optional && keys.every(key => isNone(at(params, key)))) return undefined;
      const found = readFields(fields, params, source);
      if (!found) return UNREADABLE;
      return optional && Object.keys(found).length === 0 ? undefined : found;
    },
    lacks: (value, line) => lackingFields(fields, value as Settings, line),
  };
}

/** The settings of one variant. */
type VariantFields = Readonly<Record<string, Field<never>>>;

/**
 * An object whose `kind` says which settings it has; the server keeps the kind, in capitals, under one key, and the
 * settings as JSON text under another.
 *
 * @param options - `only`: kinds that not all lines have, and which do.
 */
export function variants<T extends { readonly kind: string }>(
  kindKey: string,
  textKey: string,
  kinds: Readonly<Record<T['kind'], VariantFields>>,
  { only = {} }: { readonly only?: OnlyOn<T['kind']> } = {},
): Field<T> {
  const names = Object.keys(kinds) as T['kind'][];
  const fieldsOf = (kind: unknown) => {
    const found = names.find(name => name === kind);
    return found && (kinds[found] as unknown as Fields);
  };
  return {
    keys: [kindKey, textKey],
    required: false,
    synth(value, place) {
      const given: Settings = isObject(value) ? value : {};
      const fields = fieldsOf(given.kind);
      if (!fields) {
        const known = names.join(', ');
        place.scope.report.add('INPUT', `${place.option}: use a kind of ${known}`, MEND);
        return given;
      }
      const others = { known: ['kind'], prefix: `${place.option}.` };
      return { kind: given.kind, ...synthFields(fields, given, place, others) };
    },
    write(json, context) {
      if (json === undefined) return {};
      const given = json as Settings;
      return {
        [kindKey]: String(given.kind).toUpperCase(),
        [textKey]: jsonText(writeFields(fieldsOf(given.kind) ?? {}, given, context)),
      };
    },
    read(params, source) {
      if (isNone(params[kindKey])) return undefined;
      const kind = names.find(name => name.toUpperCase() === params[kindKey]);
      const inner = parseJson(params[textKey]);
      const fields = fieldsOf(kind);
      const found = fields && isObject(inner) && readFields(fields, inner, source);
      return found ? { kind, ...found } : UNREADABLE;
    },
    lacks(json, line) {
      const given = json as Settings;
      return [
        ...lackingWord(only, String(given.kind), line),
        ...lackingFields(fieldsOf(given.kind) ?? {}, given, line),
      ];
    },
  };
}
