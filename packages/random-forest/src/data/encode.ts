import { ForestError } from '../errors';
import type { CategoricalColumn, FeatureColumn, FeatureSignature, NumericColumn } from './columns';

/** The code of a category that training hasn't seen. It is in no split's set. */
export const UNKNOWN_CODE = -1;

/** The greatest number of rows: regression packs a row of the bag into 24 bits. */
const MOST_ROWS = 2 ** 24;

/** Rows that all columns agree on. @throws ForestError `DATA_EMPTY`, `DATA_RAGGED`, `COLUMN_DUPLICATE`. */
export function rowsOf(columns: readonly FeatureColumn[]): number {
  const rows = columns[0]?.values.length ?? 0;
  if (rows === 0) {
    throw new ForestError('DATA_EMPTY', columns.length === 0 ? 'no columns' : 'no rows', {
      todo: 'Give at least one column with at least one row.',
    });
  }
  if (rows > MOST_ROWS) {
    throw new ForestError('OPTION_INVALID', `${rows} rows are too many`, {
      todo: `Sample at most ${MOST_ROWS} rows.`,
    });
  }
  const seen = new Set<string>();
  for (const { name, values } of columns) {
    if (seen.has(name)) {
      throw new ForestError('COLUMN_DUPLICATE', `two columns are called ${name}`, {
        where: name,
        todo: 'Give every column a name of its own.',
      });
    }
    seen.add(name);
    if (values.length !== rows) {
      throw new ForestError(
        'DATA_RAGGED',
        `${name} has ${values.length} rows, ${columns[0]!.name} has ${rows}`,
        { where: name, todo: 'Give all columns the same number of rows.' },
      );
    }
  }
  return rows;
}

function numbers({ name, values }: NumericColumn): Float32Array {
  const encoded = new Float32Array(values.length);
  for (let row = 0; row < encoded.length; row += 1) {
    const value: unknown = values[row] ?? Number.NaN;
    encoded[row] = value as number;
    // Also what overflows 32 bits.
    if (typeof value !== 'number' || Math.abs(encoded[row]!) === Infinity) {
      throw new ForestError(
        'VALUE_INVALID',
        `${JSON.stringify(value) ?? value} is no 32-bit float`,
        {
          where: `${name}, row ${row}`,
          todo: 'Give finite numbers; NaN or null where a value is missing.',
        },
      );
    }
  }
  return encoded;
}

function codes(
  { name, values }: CategoricalColumn,
  signature: FeatureSignature & { kind: 'categorical' },
): Float32Array {
  const known = new Map(signature.categories.map((category, code) => [category, code]));
  const missing = signature.missing ? signature.categories.length : UNKNOWN_CODE;
  return Float32Array.from(values, (value, row) => {
    if (value === null || value === undefined) return missing;
    if (typeof value !== 'string') {
      throw new ForestError('VALUE_INVALID', `${JSON.stringify(value)} is no text`, {
        where: `${name}, row ${row}`,
        todo: 'Give texts; null where a value is missing.',
      });
    }
    return known.get(value) ?? UNKNOWN_CODE;
  });
}

/** What a column looks like; its categories in order of their texts, so that row order has no say. */
function signatureOf(column: FeatureColumn, maxCategories: number): FeatureSignature {
  const { name, kind } = column;
  if (kind === 'numeric') return { name, kind };
  const seen = new Set(Array.from(column.values, value => value ?? null));
  const missing = seen.delete(null);
  const categories = ([...seen] as string[]).sort((a, b) => (a < b ? -1 : 1));
  const count = categories.length + Number(missing);
  if (count > maxCategories) {
    throw new ForestError(
      'TOO_MANY_CATEGORIES',
      `${count} categories, at most ${maxCategories} are allowed`,
      {
        where: name,
        todo: 'Group the rare ones, leave the column out (is it an id?), or raise maxCategories.',
      },
    );
  }
  return { name, kind, categories, missing };
}

/** A data set as the trees see it: 32-bit floats by column; categories by code. */
export interface EncodedColumns {
  rows: number;
  signature: readonly FeatureSignature[];
  columns: readonly Float32Array[];
}

/** Encodes the rows to train on, and learns the categories. */
export function encodeForTraining(
  columns: readonly FeatureColumn[],
  maxCategories: number,
): EncodedColumns {
  const rows = rowsOf(columns);
  const signature = columns.map(column => signatureOf(column, maxCategories));
  return { rows, signature, columns: encodeAll(columns, signature) };
}

function encodeAll(
  columns: readonly FeatureColumn[],
  signature: readonly FeatureSignature[],
): Float32Array[] {
  return columns.map((column, index) => {
    const expected = signature[index]!;
    return column.kind === 'numeric' || expected.kind === 'numeric'
      ? numbers(column as NumericColumn)
      : codes(column, expected);
  });
}

/**
 * Encodes rows to predict from. Columns are found by name, in any order; others are ignored.
 *
 * @throws ForestError `COLUMN_MISMATCH`.
 */
export function encodeForPrediction(
  columns: readonly FeatureColumn[],
  signature: readonly FeatureSignature[],
): EncodedColumns {
  const byName = new Map(columns.map(column => [column.name, column]));
  const ordered = signature.map(({ name, kind }) => {
    const column = byName.get(name);
    if (column?.kind !== kind) {
      throw new ForestError(
        'COLUMN_MISMATCH',
        column
          ? `${name} is ${column.kind}, the forest knows it as ${kind}`
          : `there is no ${name}`,
        { where: name, todo: `Give all of: ${signature.map(one => one.name).join(', ')}.` },
      );
    }
    return column;
  });
  const rows = rowsOf(ordered);
  return { rows, signature, columns: encodeAll(ordered, signature) };
}

/** Row by row, as ONNX takes them. */
export function rowMajor({ rows, columns }: EncodedColumns): Float32Array {
  const width = columns.length;
  const matrix = new Float32Array(rows * width);
  columns.forEach((column, feature) => {
    for (let row = 0; row < rows; row += 1) matrix[row * width + feature] = column[row]!;
  });
  return matrix;
}
