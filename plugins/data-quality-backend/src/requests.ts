import { InputError } from '@backstage/errors';
import { z } from 'zod';

export const dataset = z.object({
  dataset: z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'is no name of a data set'),
});

export const one = z.object({
  windows: z.coerce.number().int().min(1).max(2_000).default(200),
});

const check = z.string().min(1).max(50);

export const quarantine = z.object({
  check: check.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Rows that can be named at once. */
export const MOST_IDS = 1_000;

export const replay = z
  .strictObject({
    ids: z.array(z.string().min(1).max(100)).min(1).max(MOST_IDS).optional(),
    check: check.optional(),
    dryRun: z.boolean(),
    expected: z.number().int().min(0).optional(),
  })
  .refine(({ dryRun, expected }) => dryRun || expected !== undefined, {
    error: 'say with expected how many rows the dry run has told',
  });

/** @throws InputError that says what is wrong where. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`the request is wrong: ${z.prettifyError(parsed.error)}`);
}
