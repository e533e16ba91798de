import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const schema = z.object({
  kafka: z
    .object({
      brokers: z.array(z.string().min(1)).min(1),
      ssl: z.boolean().default(false),
      sasl: z
        .object({
          mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
          username: z.string().min(1),
          password: z.string().min(1),
        })
        .optional(),
    })
    .optional(),
  topicSuffix: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'is no part of a topic’s name')
    .optional(),
  contracts: z.string().min(1).optional(),
  schemaRegistry: z
    .object({ url: z.url({ protocol: /^https?$/ }), token: z.string().min(1).optional() })
    .optional(),
});

/** `dataQuality` of app-config.yaml. */
export type Settings = z.output<typeof schema>;

/** @throws InputError that says which key is wrong; never with the password. */
export function readSettings(config: Config): Settings {
  const parsed = schema.safeParse(config.getOptional('dataQuality') ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`dataQuality in app-config.yaml is wrong: ${z.prettifyError(parsed.error)}`);
}
