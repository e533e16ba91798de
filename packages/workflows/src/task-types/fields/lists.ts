/** Settings that are lists. */
import { at, put } from '../paths';
import {
  type Field,
  type FieldOptions,
  type Fields,
  type FieldsOf,
  isEmpty,
  isNone,
  isRequired,
  oneList,
  UNREADABLE,
} from './field';
import { lackingFields, readFields, synthFields, writeFields } from './settings';

/** Several texts. */
export function texts(
  key: string,
  options: FieldOptions<readonly string[]> = {},
): Field<readonly string[]> {
  const areTexts = (value: unknown) =>
    Array.isArray(value) && value.every(item => typeof item === 'string');
  return oneList<readonly string[]>(
    key,
    {
      fault: value => (areTexts(value) ? undefined : 'it is not a list of texts'),
      toServer: value => value,
      fromServer: value => (areTexts(value) ? (value as string[]) : undefined),
    },
    options,
  );
}

/** Rows of the same settings. */
export function list<Row extends object>(
  key: string,
  columns: FieldsOf<Row>,
  options: FieldOptions<readonly Row[]> = {},
): Field<readonly Row[]> {
  const { default: fallback, lines } = options;
  const fields = columns as unknown as Fields;
  const asRows = (value: unknown) => value as readonly Readonly<Record<string, unknown>>[];
  return {
    keys: [key],
    lines,
    required: isRequired(options),
    synth(value, { scope, option }) {
      if (!Array.isArray(value)) {
        scope.report.add('INPUT', `${option}: it is not a list`, 'Write a list.');
        return [];
      }
      return asRows(value).map((row, index) =>
        synthFields(fields, row, { scope, option: `${option}[${index}]` }),
      );
    },
    write(value, context) {
      const rows = value ?? fallback;
      if (rows === undefined) return {};
      return put(
        key,
        asRows(rows).map(row => writeFields(fields, row, context)),
      );
    },
    read(params, source) {
      const found = at(params, key);
      if (isNone(found) || isEmpty(found)) return undefined;
      if (!Array.isArray(found)) return UNREADABLE;
      const rows = asRows(found).map(row => readFields(fields, row, source));
      return rows.includes(undefined) ? UNREADABLE : rows;
    },
    lacks: (value, line) => asRows(value).flatMap(row => lackingFields(fields, row, line)),
  };
}
