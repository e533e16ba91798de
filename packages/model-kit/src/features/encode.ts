import type { FeatureColumn } from '@dolphinstage/random-forest';

/** Of each categorical feature the texts by code, in training. @public */
export type Categories = Readonly<Record<string, readonly string[]>>;

/**
 * Rows as an ONNX file takes them, as `Forest.encode` does: categories by code, −1 for those that training hasn't
 * seen, NaN for a missing number.
 *
 * @param missing - the categorical features of which training saw missing values: these have the code after the
 * last category. Of all others a missing value is unknown.
 * @public
 */
export function encodeRows(
  columns: readonly FeatureColumn[],
  categories: Categories,
  missing: readonly string[] = [],
): Float32Array {
  const rows = columns[0]?.values.length ?? 0;
  const encoded = new Float32Array(rows * columns.length);
  columns.forEach((column, at) => {
    const known = categories[column.name] ?? [];
    const codes = new Map(known.map((text, code) => [text, code]));
    const none = missing.includes(column.name) ? known.length : -1;
    for (let row = 0; row < rows; row += 1) {
      const value = column.values[row] ?? null;
      const code = value === null ? none : (codes.get(value as string) ?? -1);
      encoded[row * columns.length + at] =
        column.kind === 'categorical' ? code : ((value as number | null) ?? NaN);
    }
  });
  return encoded;
}
