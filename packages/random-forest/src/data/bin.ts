import type { EncodedColumns } from './encode';

/** The code of a missing number. Codes have 15 bits, so that code and payload share one small integer. */
export const MISSING = 0x7fff;

const RADIX_BITS = 11;
const RADIX = 1 << RADIX_BITS;

/** A feature of a {@link BinnedMatrix}. */
export interface BinnedFeature {
  kind: 'numeric' | 'categorical';
  /** Codes without {@link MISSING}. Of a categorical feature: its categories, a missing value's included. */
  codes: number;
  /** Some rows are {@link MISSING}. Never of a categorical feature. */
  missing: boolean;
  /** Least and greatest value of each code; empty for categories. */
  lows: Float32Array;
  highs: Float32Array;
}

/** The rows to train on, each value by its rank among the values of its column. Shared by the threads. */
export interface BinnedMatrix {
  rows: number;
  features: readonly BinnedFeature[];
  /** Column after column. */
  codes: Uint16Array;
}

/** Bits of a 32-bit float that sort as the numbers do. */
function sortable(bits: number): number {
  return bits < 0 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
}

/** Row numbers in the order of their values; `NaN` rows are left out (radix sort, least digit first). */
function sortedRows(values: Float32Array): Uint32Array {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let rows = new Uint32Array(values.length);
  let keys = new Uint32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    // Both zeros are one value.
    keys[count] = value === 0 ? 0x80000000 : sortable(bits[row]!);
    rows[count] = row;
    count += 1;
  }
  let otherRows = new Uint32Array(values.length);
  let otherKeys = new Uint32Array(values.length);
  for (let shift = 0; shift < 32; shift += RADIX_BITS) {
    const places = new Uint32Array(RADIX + 1);
    for (let at = 0; at < count; at += 1) {
      const digit = ((keys[at]! >>> shift) & (RADIX - 1)) + 1;
      places[digit] = places[digit]! + 1;
    }
    for (let digit = 1; digit <= RADIX; digit += 1) {
      places[digit] = places[digit]! + places[digit - 1]!;
    }
    for (let at = 0; at < count; at += 1) {
      const key = keys[at]!;
      const digit = (key >>> shift) & (RADIX - 1);
      const place = places[digit]!;
      places[digit] = place + 1;
      otherKeys[place] = key;
      otherRows[place] = rows[at]!;
    }
    [keys, otherKeys] = [otherKeys, keys];
    [rows, otherRows] = [otherRows, rows];
  }
  return rows.subarray(0, count);
}

/**
 * Ranks a column. Up to 32,767 different values have a code each, which makes splits exact; of more, equally
 * many rows share one.
 */
function binNumeric(values: Float32Array, codes: Uint16Array): BinnedFeature {
  const sorted = sortedRows(values);
  let different = 0;
  let last = Number.NaN;
  for (const row of sorted) {
    const value = values[row]!;
    if (value !== last) different += 1;
    last = value;
  }
  const fill = different <= MISSING ? 1 : sorted.length / MISSING;
  const lows = new Float32Array(Math.min(different, MISSING));
  const highs = new Float32Array(lows.length);
  codes.fill(MISSING);
  let code = -1;
  last = Number.NaN;
  sorted.forEach((row, rank) => {
    const value = values[row]!;
    // A code begins where its share of rows does, at the next new value.
    if (value !== last && (fill === 1 || rank >= (code + 1) * fill)) {
      code += 1;
      lows[code] = value;
    }
    last = value;
    highs[code] = value;
    codes[row] = code;
  });
  return {
    kind: 'numeric',
    codes: code + 1,
    missing: sorted.length < values.length,
    lows: lows.slice(0, code + 1),
    highs: highs.slice(0, code + 1),
  };
}

/** Ranks all columns into memory that threads can share. */
export function binColumns({ rows, signature, columns }: EncodedColumns): BinnedMatrix {
  const codes = new Uint16Array(new SharedArrayBuffer(2 * rows * columns.length));
  const features = columns.map((values, index): BinnedFeature => {
    const own = codes.subarray(index * rows, (index + 1) * rows);
    const expected = signature[index]!;
    if (expected.kind === 'numeric') return binNumeric(values, own);
    own.set(values);
    return {
      kind: 'categorical',
      codes: expected.categories.length + Number(expected.missing),
      missing: false,
      lows: new Float32Array(0),
      highs: new Float32Array(0),
    };
  });
  return { rows, features, codes };
}
