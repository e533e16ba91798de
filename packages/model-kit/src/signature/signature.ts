import { z } from 'zod';
import type { InputRow } from '../features/compute';
import { fieldsOf, type FeatureDefinition } from '../features/definition';

/** A field of a row to predict from. @public */
export const inputSchema = z.object({
  name: z.string().min(1),
  /** `number` takes truth values too, as 0 and 1; `string` takes numbers and truth values as their texts. */
  type: z.enum(['number', 'string', 'boolean', 'instant']),
  /** The field must be there all the same. */
  nullable: z.boolean().default(true),
  min: z.number().optional(),
  max: z.number().optional(),
});

/** @public */
export type InputField = z.output<typeof inputSchema>;

/** The fields that features need, each with the narrowest type that all of its uses take. @public */
export function inputsOf(features: readonly FeatureDefinition[]): InputField[] {
  const types = new Map<string, InputField['type']>();
  for (const feature of features) {
    const { kind, from } = feature;
    const instant = 'daysBetween' in from || 'hourOfDay' in from || 'dayOfWeek' in from;
    for (const name of fieldsOf(feature)) {
      const before = types.get(name);
      const numeric = kind === 'numeric' && !('oneOf' in from);
      if (instant) types.set(name, 'instant');
      else if (numeric) types.set(name, 'number');
      else types.set(name, before ?? 'string');
    }
  }
  return [...types].map(([name, type]) => ({ name, type, nullable: true }));
}

/** What is wrong with a row. @public */
export interface InputProblem {
  /** Counted from 0. */
  readonly row: number;
  /** Absent where the row as a whole is wrong. */
  readonly field?: string;
  readonly problem: string;
}

/** More would help nobody. */
const MOST_PROBLEMS = 100;

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;

function problemOf({ type, nullable, min, max }: InputField, value: unknown): string | undefined {
  if (value === undefined) return 'is missing; null says that it is unknown';
  if (value === null) return nullable ? undefined : 'must not be null';
  switch (type) {
    case 'number': {
      if (typeof value === 'boolean') return undefined;
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
      if (min !== undefined && value < min) return `must be at least ${min}`;
      return max !== undefined && value > max ? `must be at most ${max}` : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'instant':
      return typeof value === 'string' && ISO.test(value) && !Number.isNaN(Date.parse(value))
        ? undefined
        : 'must be an instant, such as 2026-05-31T08:00:00Z';
    default:
      return ['string', 'number', 'boolean'].includes(typeof value) ? undefined : 'must be a text';
  }
}

/**
 * Holds rows of a request against what a model takes. Fields that it doesn't know are let through.
 *
 * @returns every problem, the first 100 of them; none when the rows are right.
 * @public
 */
export function checkInput(
  inputs: readonly InputField[],
  rows: readonly unknown[],
): InputProblem[] {
  const problems: InputProblem[] = [];
  rows.forEach((given, row) => {
    if (problems.length >= MOST_PROBLEMS) return;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      problems.push({ row, problem: 'must be an object' });
      return;
    }
    for (const input of inputs) {
      const { name } = input;
      const value = Object.hasOwn(given, name) ? (given as InputRow)[name] : undefined;
      const problem = problemOf(input, value);
      if (problem) problems.push({ row, field: name, problem });
    }
  });
  return problems.slice(0, MOST_PROBLEMS);
}
