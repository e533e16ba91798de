import type { FeatureColumn } from '@dolphinstage/random-forest';
import { ModelError } from '../errors';
import type { FeatureDefinition } from './definition';

/**
 * A row as a query or a request has it: numbers, texts, truth values, instants as ISO 8601.
 *
 * @public
 */
export type InputRow = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;

function fieldOf(row: InputRow, name: string): unknown {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (value === undefined) {
    throw new ModelError('DATA_INVALID', `a row has no field ${name}`, {
      where: name,
      todo: 'Give every field that the features name; null where it is unknown.',
    });
  }
  return value;
}

function numberOf(row: InputRow, name: string): number {
  const value = fieldOf(row, name);
  if (value === null) return NaN;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new ModelError('DATA_INVALID', `${name} is no number: ${JSON.stringify(value)}`, {
    where: name,
  });
}

function instantOf(row: InputRow, name: string): number {
  const value = fieldOf(row, name);
  if (value === null) return NaN;
  const at = value instanceof Date ? value.getTime() : Date.parse(String(value));
  if (!Number.isNaN(at)) return at;
  throw new ModelError('DATA_INVALID', `${name} is no instant: ${JSON.stringify(value)}`, {
    where: name,
    todo: 'Give ISO 8601, such as 2026-05-31T08:00:00Z.',
  });
}

function valueOf(row: InputRow, { from }: FeatureDefinition): number {
  if ('field' in from) return numberOf(row, from.field);
  if ('log1p' in from) return Math.log1p(numberOf(row, from.log1p));
  if ('sum' in from) return from.sum.reduce((sum, name) => sum + numberOf(row, name), 0);
  if ('difference' in from) {
    return numberOf(row, from.difference[0]) - numberOf(row, from.difference[1]);
  }
  if ('ratio' in from) return numberOf(row, from.ratio[0]) / numberOf(row, from.ratio[1]);
  if ('daysBetween' in from) {
    return (instantOf(row, from.daysBetween[1]) - instantOf(row, from.daysBetween[0])) / DAY_MS;
  }
  if ('hourOfDay' in from) return new Date(instantOf(row, from.hourOfDay)).getUTCHours();
  // Sunday is 0 there.
  if ('dayOfWeek' in from) return new Date(instantOf(row, from.dayOfWeek)).getUTCDay() || 7;
  if ('bucket' in from) {
    const value = numberOf(row, from.bucket);
    return Number.isNaN(value) ? NaN : from.edges.filter(edge => value >= edge).length;
  }
  if ('oneOf' in from) {
    const value = fieldOf(row, from.oneOf);
    return value === null ? NaN : Number((from.values as unknown[]).includes(value));
  }
  return from.coalesce.map(name => numberOf(row, name)).find(value => !Number.isNaN(value)) ?? NaN;
}

function textOf(row: InputRow, { name, from }: FeatureDefinition): string | null {
  if (!('field' in from) && !('coalesce' in from)) {
    throw new ModelError('FEATURES_INVALID', `the category ${name} must be a field`, {
      where: name,
    });
  }
  const fields = 'field' in from ? [from.field] : from.coalesce;
  const value = fields.map(each => fieldOf(row, each)).find(each => each !== null);
  return value === undefined ? null : String(value);
}

/**
 * Columns of rows: the one function for training and serving. What can't be computed (a ratio to 0, a logarithm
 * below −1, what isn't a 32-bit float) is missing.
 *
 * @throws ModelError `DATA_INVALID`, `FEATURES_INVALID`.
 * @public
 */
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
        return Number.isFinite(Math.fround(value)) ? value : null;
      }),
    };
  });
}
