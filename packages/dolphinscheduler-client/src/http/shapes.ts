import { z } from 'zod';

/** Text that a server may leave out. */
export const textOrEmpty = z
  .string()
  .nullish()
  .transform(value => value ?? '');

/** Text that isn't there yet. */
export const optionalText = z
  .string()
  .nullish()
  .transform(value => value ?? undefined);

/** JSON in a text field, as DolphinScheduler likes to keep its lists. */
export function jsonText<T>(shape: z.ZodType<T>, whenMissing: T): z.ZodType<T> {
  return z
    .string()
    .nullish()
    .transform((text, context): unknown => {
      if (!text) return whenMissing;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(shape);
}
