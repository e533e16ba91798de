import { literal, quote } from '@dolphinstage/task-kit';
import type { Column, Contract } from '../contract';

/** A way for a row to break its contract, in SQL over a row `r` of raw. */
export interface Check {
  readonly column: string;
  /** True of a bad row. It may rely on the checks before it being false. */
  readonly condition: string;
  /** Text: why. */
  readonly reason: string;
}

const TEXT = 'text';
const FLOAT = /^(real|double precision)$/;
const NUMERIC = /^numeric/;
const TEMPORAL = /^(date|timestamp|timestamptz)$/;

/** The column's text in raw, with what stands for null made null. */
export function rawText(contract: Contract, column: Column): string {
  const name = `r.${quote(column.name)}`;
  if (!column.nullable || contract.nullText.length === 0) return name;
  return `case when ${name} in (${contract.nullText.map(literal).join(', ')}) then null else ${name} end`;
}

/** The column with the type it has in cleaned; only for rows that no check has found bad. */
export function typedValue(contract: Contract, column: Column): string {
  const text = rawText(contract, column);
  return column.type === TEXT ? text : `(${text})::${column.type}`;
}

/** A key's column with its type, or null where its text has none. */
export function typedKey(contract: Contract, name: string): string {
  const column = contract.columns.find(candidate => candidate.name === name) as Column;
  const text = rawText(contract, column);
  if (column.type === TEXT) return text;
  return `case when pg_input_is_valid(${text}, ${literal(column.type)}) then (${text})::${column.type} end`;
}

/** The row's key as one text. */
export function keyText(contract: Contract, prefix = 'r'): string {
  return `concat_ws(',', ${contract.key.map(key => `${prefix}.${quote(key)}`).join(', ')})`;
}

/** All checks of a contract, in the order in which they must be made. */
export function checksOf(contract: Contract): Check[] {
  return contract.columns.flatMap(column => {
    const text = `(${rawText(contract, column)})`;
    return [
      ...(column.nullable ? [] : [check(column, `${text} is null`, 'is missing')]),
      ...typeChecks(column, text),
      ...limitChecks(column, text),
    ];
  });
}

function typeChecks(column: Column, text: string): Check[] {
  if (column.type === TEXT) return [];
  const type = literal(column.type);
  const valid: Check = {
    column: column.name,
    condition: `not pg_input_is_valid(${text}, ${type})`,
    reason: `${literal(`${column.name}: `)} || (pg_input_error_info(${text}, ${type})).message`,
  };
  // PostgreSQL takes more than data should hold: "tomorrow", "infinity", "NaN".
  if (TEMPORAL.test(column.type)) {
    return [
      check(
        column,
        `not (${text} collate "C" >= '0' and ${text} collate "C" < ':')`,
        'is no date or time',
      ),
      valid,
    ];
  }
  if (FLOAT.test(column.type)) {
    return [
      valid,
      check(
        column,
        `${text}::${column.type} - ${text}::${column.type} <> 0`,
        'is no finite number',
      ),
    ];
  }
  if (NUMERIC.test(column.type)) {
    return [
      valid,
      check(column, `${text}::numeric in ('NaN', 'Infinity', '-Infinity')`, 'is no finite number'),
    ];
  }
  return [valid];
}

function limitChecks(column: Column, text: string): Check[] {
  const value = `${text}::${column.type}`;
  const { minimum, maximum, minLength, maxLength, pattern } = column;
  return [
    ...(minimum === undefined
      ? []
      : [check(column, `${value} < ${minimum}`, `is less than ${minimum}`)]),
    ...(maximum === undefined
      ? []
      : [check(column, `${value} > ${maximum}`, `is more than ${maximum}`)]),
    ...(minLength === undefined
      ? []
      : [check(column, `char_length(${text}) < ${minLength}`, `is shorter than ${minLength}`)]),
    ...(maxLength === undefined
      ? []
      : [check(column, `char_length(${text}) > ${maxLength}`, `is longer than ${maxLength}`)]),
    ...(pattern === undefined
      ? []
      : [check(column, `${text} !~ ${literal(pattern)}`, `does not match ${pattern}`)]),
    ...(column.enum === undefined
      ? []
      : [
          check(
            column,
            `${text} not in (${column.enum
              .filter(allowed => allowed !== null)
              .map(allowed => literal(String(allowed)))
              .join(', ')})`,
            'is none of the values allowed',
          ),
        ]),
  ];
}

function check(column: Column, condition: string, reason: string): Check {
  return { column: column.name, condition, reason: literal(`${column.name} ${reason}`) };
}
