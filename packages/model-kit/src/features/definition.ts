import { z } from 'zod';

const field = z.string().min(1);
const pair = z.tuple([field, field]);
const rising = z
  .array(z.number())
  .min(1)
  .refine(edges => edges.every((edge, at) => at === 0 || edge > edges[at - 1]!), {
    error: 'edges must rise',
  });

const expressionSchema = z.union([
  /** As it is. */
  z.strictObject({ field }),
  z.strictObject({ ratio: pair }),
  z.strictObject({ difference: pair }),
  z.strictObject({ sum: z.array(field).min(1) }),
  /** ln(1 + x). */
  z.strictObject({ log1p: field }),
  /** From the first instant to the second. */
  z.strictObject({ daysBetween: pair }),
  /** Of an instant, UTC: 0 to 23. */
  z.strictObject({ hourOfDay: field }),
  /** Of an instant, UTC: 1 (Monday) to 7, as ISO 8601 counts. */
  z.strictObject({ dayOfWeek: field }),
  /** How many of the edges a number has reached. */
  z.strictObject({ bucket: field, edges: rising }),
  /** 1 where it is one of them, else 0. */
  z.strictObject({ oneOf: field, values: z.array(z.union([z.string(), z.number()])).min(1) }),
  /** The first that isn't missing. */
  z.strictObject({ coalesce: z.array(field).min(1) }),
]);

/** What a feature is made of: plain data, so that a server runs no foreign code. @public */
export type Expression = z.output<typeof expressionSchema>;

/** A feature by the fields of a row. @public */
export const featureSchema = z
  .object({
    name: z.string().min(1),
    kind: z.enum(['numeric', 'categorical']),
    from: expressionSchema,
  })
  .refine(({ kind, from }) => kind === 'numeric' || 'field' in from || 'coalesce' in from, {
    error: 'a category is a field, or the first of some that is there',
  });

/** @public */
export type FeatureDefinition = z.output<typeof featureSchema>;

/** The fields of a row that a feature is made of. @public */
export function fieldsOf({ from }: Pick<FeatureDefinition, 'from'>): readonly string[] {
  // `edges` and `values` beside the field are no names.
  return [Object.values(from)[0] as string | string[]].flat();
}
