import type { FeatureColumn } from '@dolphinstage/random-forest';
import { z } from 'zod';
import { RetrainingError } from '../errors';

/** A row as a query or a request has it: numbers, texts, truth values, instants as ISO 8601. */
export type InputRow = Readonly<Record<string, unknown>>;

const expressionSchema = z.union([
  z.strictObject({ field: z.string() }),
  z.strictObject({ ratio: z.tuple([z.string(), z.string()]) }),
  z.strictObject({ difference: z.tuple([z.string(), z.string()]) }),
  z.strictObject({ sum: z.array(z.string()).min(1) }),
  z.strictObject({ log1p: z.string() }),
  z.strictObject({ daysBetween: z.tuple([z.string(), z.string()]) }),
]);

/** A feature by the fields of a row; plain data, so that a server needs no foreign code. */
export const featureSchema = z.object({
  name: z.string().min(1),
  kind: z.enum(['numeric', 'categorical']),
  from: expressionSchema,
});

export type FeatureDefinition = z.output<typeof featureSchema>;

const DAY_MS = 86_400_000;

function fieldOf(row: InputRow, name: string): unknown {
  const value = row[name];
  if (value === undefined) {
    throw new RetrainingError('DATA_INVALID', `a row has no field ${name}`, {
      todo: 'Let the query give every field that the features name; null where it is unknown.',
    });
  }
  return value;
}

function numberOf(row: InputRow, name: string): number {
  const value = fieldOf(row, name);
  if (value === null) return NaN;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new RetrainingError('DATA_INVALID', `${name} is no number: ${JSON.stringify(value)}`);
}

function valueOf(row: InputRow, { from }: FeatureDefinition): number {
  if ('field' in from) return numberOf(row, from.field);
  if ('log1p' in from) return Math.log1p(numberOf(row, from.log1p));
  if ('sum' in from) return from.sum.reduce((sum, name) => sum + numberOf(row, name), 0);
  if ('difference' in from) {
    return numberOf(row, from.difference[0]) - numberOf(row, from.difference[1]);
  }
  if ('ratio' in from) return numberOf(row, from.ratio[0]) / numberOf(row, from.ratio[1]);
  const [start, end] = from.daysBetween.map(name => {
    const text = fieldOf(row, name);
    return text === null ? NaN : Date.parse(String(text));
  });
  return (end! - start!) / DAY_MS;
}

function textOf(row: InputRow, { name, from }: FeatureDefinition): string | null {
  if (!('field' in from)) {
    throw new RetrainingError('PLAN_INVALID', `the category ${name} must be a field`);
  }
  const value = fieldOf(row, from.field);
  return value === null ? null : String(value);
}

/** Columns of rows: the one function for training and serving. */
export function computeFeatures(
  definitions: readonly FeatureDefinition[],
  rows: readonly InputRow[],
): FeatureColumn[] {
  return definitions.map((definition): FeatureColumn => {
    const { name, kind } = definition;
    if (kind === 'categorical') {
      return { name, kind, values: rows.map(row => textOf(row, definition)) };
    }
    return {
      name,
      kind,
      values: rows.map(row => {
        const value = valueOf(row, definition);
        return Number.isFinite(value) ? value : null;
      }),
    };
  });
}
