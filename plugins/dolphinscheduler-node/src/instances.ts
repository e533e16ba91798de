import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const instanceSchema = z.object({
  name: z.string().regex(/^[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/),
  baseUrl: z.url(),
  token: z.string().min(1).optional(),
  timeZone: z.string().default('UTC').refine(isTimeZone, { error: 'is no IANA time zone' }),
  tenant: z.string().min(1).default('default'),
  accounts: z
    .array(z.object({ projects: z.array(z.string().min(1)).min(1), token: z.string().min(1) }))
    .default([])
    .refine(accounts => isUnique(accounts.flatMap(({ projects }) => projects)), {
      error: 'name a project twice: one account acts in it',
    }),
});

const settingsSchema = z.object({
  cache: z
    .object({
      definitions: z.number().min(0).default(30),
      runs: z.number().min(0).default(5),
      live: z.number().min(0).default(3),
    })
    .default({ definitions: 30, runs: 5, live: 3 }),
  instances: z.array(instanceSchema).default([]),
});

/** An instance as app-config.yaml has it. */
export type InstanceSettings = z.output<typeof instanceSchema>;
export type Settings = z.output<typeof settingsSchema>;

function isUnique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/**
 * Reads `dolphinscheduler` of app-config.yaml.
 *
 * @throws InputError that says which key is wrong; never with the token.
 */
export function readSettings(config: Config): Settings {
  const parsed = settingsSchema.safeParse(config.getOptional('dolphinscheduler') ?? {});
  if (!parsed.success) {
    throw new InputError(
      `dolphinscheduler in app-config.yaml is wrong: ${z.prettifyError(parsed.error)}`,
    );
  }
  const names = parsed.data.instances.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new InputError(
      `dolphinscheduler.instances in app-config.yaml has two named "${twice}": give each a name of its own`,
    );
  }
  return parsed.data;
}
