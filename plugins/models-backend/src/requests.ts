import { InputError } from '@backstage/errors';
import { z } from 'zod';

export const model = z.object({
  model: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'is no name of a model')
    .max(60),
});

const version = z.int().min(1).max(1_000_000_000);

export const order = z.strictObject({
  kind: z.enum(['promote', 'rollback']),
  to: version,
  from: version.nullable(),
  why: z.string().trim().min(1, 'say why').max(1_000),
});

/** @throws InputError that says what is wrong where. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`the request is wrong: ${z.prettifyError(parsed.error)}`);
}
