import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { KnownName } from '@dolphinstage/plugin-dolphinscheduler-common';
import { z } from 'zod';

/** Whatever writes a URL into a log writes it so that it is recognised there, and masked. */
const secret = z
  .string()
  .regex(
    /^[A-Za-z0-9._~-]{16,}$/,
    'takes at least 16 characters, of letters, digits, and . _ ~ - only',
  );

const connection = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is no name of a connection'),
  kind: z.string().min(1).max(50).optional(),
});

const perMinute = z.number().int().min(1);

const schema = z.object({
  instances: z
    .array(
      z.object({
        name: z.string(),
        alertSecret: secret.optional(),
        connections: z.array(connection).default([]),
      }),
    )
    .default([]),
  limits: z
    .object({
      changes: perMinute.default(60),
      alerts: perMinute.default(60),
      downloads: perMinute.default(6),
    })
    .default({ changes: 60, alerts: 60, downloads: 6 }),
});

/** What of `dolphinscheduler` in app-config.yaml is this plugin's alone. */
export interface Settings {
  /** By the instance's name; instances without one take no alerts. */
  readonly alertSecrets: ReadonlyMap<string, string>;
  /** By the instance's name: connections that forms offer. */
  readonly connections: ReadonlyMap<string, readonly KnownName[]>;
  /** Per minute. */
  readonly limits: {
    /** By one user. */
    readonly changes: number;
    /** From one instance. */
    readonly alerts: number;
    /** Of whole logs, by one user. */
    readonly downloads: number;
  };
}

/** @throws InputError that says which key is wrong; never with a secret. */
export function readSettings(config: Config): Settings {
  const parsed = schema.safeParse(config.getOptional('dolphinscheduler') ?? {});
  if (!parsed.success) {
    throw new InputError(
      `dolphinscheduler in app-config.yaml is wrong: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { instances, limits } = parsed.data;
  const secrets = instances.flatMap(({ name, alertSecret }) =>
    alertSecret === undefined ? [] : [[name, alertSecret] as const],
  );
  return {
    alertSecrets: new Map(secrets),
    connections: new Map(instances.map(({ name, connections }) => [name, connections] as const)),
    limits,
  };
}
