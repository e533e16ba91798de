/**
 * A real OpenID Connect provider (`oidc-provider`) for one client, which CLIENT names. Whoever signs in as `ola` with
 * whatever password is ola@example.com. Says `ready <issuer>`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const clientSchema = z.object({ id: z.string(), secret: z.string(), callback: z.string() });

async function main(): Promise<void> {
  const client = clientSchema.parse(JSON.parse(process.env.CLIENT ?? '{}'));
  // It is a module of the newer kind only.
  const { default: Provider } = await import('oidc-provider');
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [client.callback],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Else the ID token of the code flow says nothing but who it is.
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: id, email: `${id}@example.com`, email_verified: true }),
    }),
    // As most providers do, without asking the person to consent each time.
    issueRefreshToken: async () => true,
    pkce: { required: () => false },
  });
  server.on('request', provider.callback());
  process.on('SIGTERM', () => process.exit(0));
  process.stdout.write(`ready ${issuer}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});
