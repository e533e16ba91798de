import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ServerError } from './errors';

const schema = z.strictObject({
  tenants: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** SHA-256 of each token, in hex: two, while one takes the other's place. Tokens are random, 32 bytes or more. */
        tokens: z.array(z.string().regex(/^[0-9a-f]{64}$/)).min(1),
        /** Names of models; `*`: all. */
        models: z.array(z.string().min(1)).min(1),
        /** Requests a second and token. */
        rate: z.int().min(1).default(1000),
      }),
    )
    .min(1),
});

/** Whose token a request has. */
export interface Tenant {
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  may(model: string): boolean;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Who may ask which model: the file holds digests of tokens, never tokens. */
export class Access {
  private constructor(private readonly tenants: ReadonlyMap<string, Tenant>) {}

  /** @throws ServerError `SETTINGS_INVALID`. */
  static read(file: string): Access {
    try {
      const { tenants } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
      const byDigest = new Map<string, Tenant>();
      for (const { name, tokens, models, rate } of tenants) {
        const may = (model: string) => models.includes('*') || models.includes(model);
        for (const token of tokens) {
          if (byDigest.has(token)) throw new Error(`${name} has a token that another one has`);
          byDigest.set(token, { name, rate, may });
        }
      }
      return new Access(byDigest);
    } catch (cause) {
      throw new ServerError('SETTINGS_INVALID', (cause as Error).message, {
        where: file,
        todo: 'Write {"tenants": [{"name", "tokens": [<SHA-256 in hex>], "models": [<name> or "*"], "rate"}]}.',
        cause,
      });
    }
  }

  /** Found by its digest: how long a look-up takes tells nothing of the token. @throws ServerError `UNAUTHENTICATED`. */
  tenantOf(header: string | undefined): Tenant {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
    const tenant = token === undefined ? undefined : this.tenants.get(sha256(token));
    if (tenant) return tenant;
    throw new ServerError(
      'UNAUTHENTICATED',
      token ? 'nobody has this token' : 'there is no token',
      {
        todo: 'Send the header Authorization: Bearer <token>.',
      },
    );
  }
}
