import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const schema = z.object({
  postgres: z
    .object({
      host: z.string().min(1),
      port: z.int().min(1).max(65_535).default(5432),
      database: z.string().min(1),
      user: z.string().min(1),
      password: z.string(),
      tls: z.enum(['off', 'require', 'verify']).default('verify'),
    })
    .optional(),
});

/** `models` of app-config.yaml. */
export type Settings = z.output<typeof schema>;

/** @throws InputError that says which key is wrong; never with the password. */
export function readSettings(config: Config): Settings {
  const parsed = schema.safeParse(config.getOptional('models') ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`models in app-config.yaml is wrong: ${z.prettifyError(parsed.error)}`);
}
