/** Further kinds of settings, beside those of `fields.ts`: what engines and clouds want. */
import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import type { Field, FieldOptions, FieldPlace } from './fields';
import { datasource, number, text } from './fields';
import { hasPlainUserInfo, plainSecret } from './plain-secrets';
import { jsonText } from './refs';

const MEND = 'Mend the setting; its type says what it takes.';

/** A field with one more rule. */
function checked<T>(
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

const SECRET_TODO =
  'Write a placeholder, ${name}, and let the run or the environment give the value; better, name a data source where the type takes one.';

/** A text in which no credential is written out: neither by a key like `password` nor in an address. */
export function openText(key: string, options: FieldOptions<string> = {}): Field<string> {
  return checked(
    filled(key, options),
    value => {
      if (typeof value !== 'string') return undefined;
      const secret = plainSecret(value);
      if (secret !== undefined) return `its ${secret} is written out, for all who may read it`;
      return hasPlainUserInfo(value) ? 'an address in it has a credential written out' : undefined;
    },
    SECRET_TODO,
  );
}

/** A text that isn't blank. */
export function filled(key: string, options: FieldOptions<string> = {}): Field<string> {
  const field = text(key, options);
  if (field.required) return field;
  return checked(field, value =>
    typeof value === 'string' && value.trim() === '' ? 'it is empty' : undefined,
  );
}

/** A whole number. */
export function count(
  key: string,
  {
    least = 1,
    ...options
  }: FieldOptions<number> & { readonly least?: number; readonly asText?: boolean } = {},
): Field<number> {
  const field = checked(number(key, options), value =>
    Number.isFinite(value) && (!Number.isInteger(value) || Number(value) < least)
      ? `it is not a whole number from ${least} up`
      : undefined,
  );
  return {
    ...field,
    // To the server a number that it hasn't been told is 0.
    read(params, source) {
      const value = field.read(params, source);
      return typeof value === 'number' && value < least ? undefined : value;
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

/** Texts in a list. */
export function texts(
  key: string,
  options: { readonly lines?: readonly ServerLine[] } = {},
): Field<readonly string[]> {
  return {
    keys: [key],
    lines: options.lines,
    required: false,
    synth(value, { scope, option }) {
      scope.report.check(
        Array.isArray(value) && value.every(item => typeof item === 'string'),
        'INPUT',
        `${option}: it is not a list of texts`,
        MEND,
      );
      return value;
    },
    write: json => (json === undefined ? {} : { [key]: json }),
    read(params) {
      const value = params[key];
      return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
    },
  };
}

/** Properties by name, which the server keeps as a list of `{ prop, value }`. */
export function properties(
  key: string,
  { required = false, nameKey = 'prop' }: { required?: boolean; nameKey?: string } = {},
): Field<Readonly<Record<string, string>>> {
  const asObject = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return {
    keys: [key],
    required,
    synth(value, { scope, option }) {
      const good = asObject(value) && Object.values(value).every(item => typeof item === 'string');
      scope.report.check(good, 'INPUT', `${option}: it is not an object of texts`, MEND);
      const lines = good ? Object.entries(value).map(([name, item]) => `${name}=${item}`) : [];
      const secret = plainSecret(lines.join('\n'));
      scope.report.check(
        secret === undefined,
        'INPUT',
        `${option}: its ${secret} is written out, for all who may read it`,
        SECRET_TODO,
      );
      return value;
    },
    write: json =>
      json === undefined
        ? {}
        : {
            [key]: Object.entries(json as Record<string, string>).map(([prop, value]) => ({
              // What the web UI shows it by, also where the server itself reads another.
              prop,
              ...(nameKey === 'prop' ? {} : { [nameKey]: prop }),
              value,
            })),
          },
    read(params) {
      const list = params[key];
      if (!Array.isArray(list) || list.length === 0) return undefined;
      const items = list as Record<string, unknown>[];
      return Object.fromEntries(
        items.map(item => [String(item[nameKey] ?? item.prop), String(item.value ?? '')]),
      );
    },
  };
}

/** A namespace of a Kubernetes cluster that the server knows. @public */
export interface KubernetesNamespace {
  readonly name: string;
  readonly cluster: string;
}

/** A Kubernetes namespace, which the server keeps as JSON text. */
export function namespace(
  key: string,
  options: FieldOptions<KubernetesNamespace> = {},
): Field<KubernetesNamespace> {
  const { optional = false, lines } = options;
  return {
    keys: [key],
    lines,
    required: !optional,
    synth(value, { scope, option }) {
      const { name, cluster } = value ?? {};
      scope.report.check(
        typeof name === 'string' && typeof cluster === 'string' && name !== '' && cluster !== '',
        'INPUT',
        `${option}: it is not a namespace`,
        'Write { name, cluster }.',
      );
      return { name, cluster };
    },
    write(json) {
      if (json === undefined) return {};
      const { name, cluster } = json as KubernetesNamespace;
      return { [key]: JSON.stringify({ name, cluster }) };
    },
    read(params) {
      const { name, cluster } = parsed(params[key]) as Partial<KubernetesNamespace>;
      return name === undefined || cluster === undefined ? undefined : { name, cluster };
    },
  };
}

/** An object, or one as JSON text; empty for anything else. */
function parsed(value: unknown): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** One setting that stands elsewhere, or otherwise, on each line; those that aren't named lack it. */
export function perLine<T>(fields: Readonly<Partial<Record<ServerLine, Field<T>>>>): Field<T> {
  const of = (line: ServerLine) => fields[line];
  const all = Object.values(fields);
  const [first] = all;
  if (!first) throw new TypeError('a setting is on one line at least');
  return {
    keys: [...new Set(all.flatMap(({ keys }) => keys))],
    lines: Object.keys(fields) as ServerLine[],
    required: all.every(({ required }) => required),
    synth: (value, place) => first.synth(value, place),
    write: (json, context) => of(context.line)?.write(json, context) ?? {},
    read: (params, source) => of(source.line)?.read(params, source),
  };
}

/** A setting of some lines; the others neither get it nor would heed it. */
export function onLines<T>(lines: readonly ServerLine[], field: Field<T>): Field<T> {
  return perLine<T>(Object.fromEntries(lines.map(line => [line, field])));
}

/** A setting that, when given, turns a switch of the server's on. `off` undefined: nothing is written then. */
export function switchedOn<T>(
  key: string,
  [off, on]: readonly [unknown, unknown],
  field: Field<T>,
): Field<T> {
  return {
    ...field,
    keys: [key, ...field.keys],
    write(json, context) {
      const state = json === undefined ? off : on;
      return { ...(state === undefined ? {} : { [key]: state }), ...field.write(json, context) };
    },
    read: (params, source) =>
      String(params[key]) === String(on) ? field.read(params, source) : undefined,
  };
}

/**
 * A data source of one kind. It stands for the account, which the server would also take in plain text.
 *
 * @param plainKeys - the parameters that the server puts the data source's content into itself.
 */
export function account(
  type: string,
  options: FieldOptions<string> & { readonly plainKeys?: readonly string[] } = {},
): Field<string> {
  const { plainKeys = [], ...others } = options;
  const field = datasource('datasource', others);
  return {
    ...field,
    keys: ['type', 'datasource', ...plainKeys],
    write: (json, context) => (json === undefined ? {} : { type, ...field.write(json, context) }),
  };
}

/** The settings of one variant. */
type VariantFields = Readonly<Record<string, Field<never>>>;

/**
 * An object whose `kind` says which settings it has; the server keeps the kind, in capitals, under one key, and the
 * settings as JSON text under another.
 */
export function variants<T extends { readonly kind: string }>(
  kindKey: string,
  textKey: string,
  kinds: Readonly<Record<T['kind'], VariantFields>>,
): Field<T> {
  const fieldsOf = (kind: unknown) =>
    typeof kind === 'string' && Object.hasOwn(kinds, kind)
      ? (Object.entries(kinds[kind as T['kind']]) as [string, Field<unknown>][])
      : undefined;
  return {
    keys: [kindKey, textKey],
    required: false,
    synth(value, place) {
      const given = (typeof value === 'object' ? value : {}) as Readonly<Record<string, unknown>>;
      const fields = fieldsOf(given.kind);
      if (!fields) {
        const known = Object.keys(kinds).join(', ');
        place.scope.report.add('INPUT', `${place.option}: use a kind of ${known}`, MEND);
        return given;
      }
      return { kind: given.kind, ...synthParts(given, fields, place) };
    },
    write(json, context) {
      if (json === undefined) return {};
      const given = json as Readonly<Record<string, unknown>>;
      const parts = (fieldsOf(given.kind) ?? []).map(([name, field]) =>
        field.write(given[name], context),
      );
      return {
        [kindKey]: String(given.kind).toUpperCase(),
        [textKey]: jsonText(Object.assign({}, ...parts)),
      };
    },
    read(params, source) {
      const kind = typeof params[kindKey] === 'string' ? params[kindKey].toLowerCase() : undefined;
      const fields = fieldsOf(kind);
      if (!fields) return undefined;
      const inner = parsed(params[textKey]);
      const parts = fields.map(
        ([name, field]) => [name, field.read(inner, source), field.required] as const,
      );
      return parts.some(([, value, required]) => required && value === undefined)
        ? undefined
        : {
            kind,
            ...Object.fromEntries(parts.filter(([, value]) => value !== undefined)),
          };
    },
  };
}

function synthParts(
  given: Readonly<Record<string, unknown>>,
  fields: readonly [string, Field<unknown>][],
  { scope, option }: FieldPlace,
): Record<string, unknown> {
  const { report } = scope;
  const known = new Set(['kind', ...fields.map(([name]) => name)]);
  for (const name of Object.keys(given).filter(key => !known.has(key))) {
    report.add(
      'INPUT',
      `${option} has no setting ${name}`,
      `Use some of: ${[...known].join(', ')}.`,
    );
  }
  const json: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = given[name];
    if (value !== undefined) {
      json[name] = field.synth(value as never, { scope, option: `${option}.${name}` });
    } else {
      report.check(
        !field.required,
        'INPUT',
        `${option}.${name} is missing`,
        `This kind of ${option} needs it: say what it is to be.`,
      );
    }
  }
  return json;
}

/** Reports settings without which a server refuses the task. */
export function needs(
  report: FieldPlace['scope']['report'],
  settings: object,
  options: readonly string[],
  why: string,
): void {
  const given = settings as Readonly<Record<string, unknown>>;
  for (const option of options) {
    report.check(
      given[option] !== undefined,
      'INPUT',
      `${option} is missing`,
      `${why}: say what it is to be.`,
    );
  }
}
