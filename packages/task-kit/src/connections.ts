import { z } from 'zod';

const text = z.string().min(1);
const port = z.int().min(1).max(65_535);

/**
 * What each kind of connection holds. The file that DOLPHINSTAGE_CONNECTIONS names maps names to these;
 * it belongs to the tenant's OS user, mode 0600.
 *
 * @public
 */
export const connectionSchemas = {
  postgres: z.object({
    kind: z.literal('postgres'),
    host: text,
    port: port.default(5432),
    database: text,
    user: text,
    password: z.string().default(''),
    /** `require` checks no certificate, `verify` does. */
    tls: z.enum(['off', 'require', 'verify']).default('off'),
  }),
  mysql: z.object({
    kind: z.literal('mysql'),
    host: text,
    port: port.default(3306),
    database: text,
    user: text,
    password: z.string().default(''),
    tls: z.enum(['off', 'require', 'verify']).default('off'),
  }),
  oracle: z.object({
    kind: z.literal('oracle'),
    /** Easy Connect: `host:port/service`. */
    connectString: text,
    user: text,
    password: text,
  }),
  kafka: z.object({
    kind: z.literal('kafka'),
    brokers: z.array(text).min(1),
    tls: z.boolean().default(false),
    sasl: z
      .object({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        username: text,
        password: text,
      })
      .optional(),
  }),
  http: z.object({
    kind: z.literal('http'),
    baseUrl: z.url(),
    /** Sent as `Authorization: Bearer …`. */
    token: text.optional(),
  }),
  files: z.object({
    kind: z.literal('files'),
    /** An absolute folder. */
    path: text,
  }),
} as const;

/** @public */
export type ConnectionKind = keyof typeof connectionSchemas;

/** The checked settings of a kind. @public */
export type ConnectionSettings<K extends ConnectionKind = ConnectionKind> = z.output<
  (typeof connectionSchemas)[K]
>;

/** A connection by its name: all that a definition ever holds. @public */
export interface ConnectionRef<K extends ConnectionKind = ConnectionKind> {
  readonly connection: string;
  /** A MySQL task doesn't take a Kafka connection: the compiler sees to it, and the run. */
  readonly kind?: K;
}

/** Names a connection: `connection('hr-oracle')`. A kind, where given, is checked when the task runs. @public */
export function connection<K extends ConnectionKind = never>(
  name: string,
  kind?: K,
): ConnectionRef<NoInfer<K>> {
  return kind ? { connection: name, kind } : { connection: name };
}

/** What a connection is called. @public */
export const connectionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower case letters, digits and dashes, 63 at most');

/** The schema of an input that names a connection of a kind. @public */
export function connectionInput<K extends ConnectionKind>(
  kind: K,
): z.ZodType<ConnectionRef<K>, ConnectionRef<K>> {
  return z
    .object({
      connection: connectionName.describe(`the name of a ${kind} connection`),
    })
    .transform(ref => ({ ...ref, kind })) as unknown as z.ZodType<
    ConnectionRef<K>,
    ConnectionRef<K>
  >;
}
