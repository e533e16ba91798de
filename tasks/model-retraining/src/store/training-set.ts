import type { FeatureColumn } from '@dolphinstage/random-forest';
import { z } from 'zod';

/** Rows as they are learned from, in the order of their cut-offs. */
export interface TrainingSet {
  readonly features: readonly FeatureColumn[];
  /** Each row's class. */
  readonly labels: readonly string[];
  /** Each row's cut-off, ms since 1970. */
  readonly times: Float64Array;
}

const headSchema = z.object({
  rows: z.int().min(0),
  columns: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['numeric', 'categorical']),
      texts: z.array(z.string()),
    }),
  ),
});

const LABEL = '';

function encodeTexts(values: ArrayLike<string | null | undefined>) {
  const codes = new Map<string, number>();
  const bytes = Int32Array.from(values, value => {
    if (value === null || value === undefined) return -1;
    const known = codes.get(value);
    if (known !== undefined) return known;
    codes.set(value, codes.size);
    return codes.size - 1;
  });
  return { texts: [...codes.keys()], bytes };
}

/** A line of JSON, then the columns one after the other: 64-bit floats, or 32-bit codes of texts; little-endian. */
export function encodeTrainingSet({ features, labels, times }: TrainingSet): Buffer {
  const label = { name: LABEL, kind: 'categorical', values: labels } as const;
  const columns = [label, ...features].map(({ name, kind, values }) =>
    kind === 'numeric'
      ? {
          head: { name, kind, texts: [] as string[] },
          bytes: Float64Array.from(values as ArrayLike<number | null>, value => value ?? NaN),
        }
      : (() => {
          const { texts, bytes } = encodeTexts(values as ArrayLike<string | null>);
          return { head: { name, kind, texts }, bytes };
        })(),
  );
  const head = { rows: labels.length, columns: columns.map(({ head: each }) => each) };
  const parts = [times, ...columns.map(({ bytes }) => bytes)];
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    ...parts.map(part => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
  ]);
}

/** What {@link encodeTrainingSet} has written. */
export function decodeTrainingSet(file: Buffer): TrainingSet {
  const end = file.indexOf('\n');
  const { rows, columns } = headSchema.parse(JSON.parse(file.toString('utf8', 0, end)));
  let at = end + 1;
  const take = (bytes: number) => {
    // A copy starts where a typed array may.
    const part = new Uint8Array(file.subarray(at, at + bytes)).buffer;
    at += bytes;
    return part;
  };
  const times = new Float64Array(take(8 * rows));
  const [label, ...features] = columns.map(({ name, kind, texts }): FeatureColumn =>
    kind === 'numeric'
      ? { name, kind, values: new Float64Array(take(8 * rows)) }
      : {
          name,
          kind,
          values: Array.from(new Int32Array(take(4 * rows)), code => texts[code] ?? null),
        },
  );
  return { features, labels: label!.values as string[], times };
}
