import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { ensureOwnedDatabase, Machine, testPlatform } from '@dolphinstage/embedded';
import { defineWorkflow, shell } from '@dolphinstage/workflows';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, watchComplaints } from '../src/browser';
import { startIdentityProvider, startProductionPortal, type TestPortal } from '../src/portal';
import { startTlsFront, type TlsFront } from '../src/tls-front';
import { bring, rest } from '../src/workflows';

// The frontend is built here where it isn't yet.
jest.setTimeout(1_200_000);

const DAY_MS = 86_400_000;

const PEOPLE = `
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: sales }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ola }
spec: { profile: { displayName: Ola, email: ola@example.com }, memberOf: [sales] }
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

describe('the portal with the configuration for production, behind TLS and a real OpenID Connect provider', () => {
  const name = randomUUID().slice(0, 6);
  const project = `production-${name}`;
  const folder = mkdtempSync(join(tmpdir(), 'production-'));
  const secret = () => randomBytes(24).toString('base64url');
  const secrets = {
    POSTGRES_PASSWORD: secret(),
    BACKEND_SECRET: secret(),
    AUTH_SESSION_SECRET: secret(),
    OIDC_CLIENT_SECRET: secret(),
  };
  let client: DolphinSchedulerClient;
  let front: TlsFront;
  let identityProvider: TestPortal;
  let portal: TestPortal;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let url: string;
  let token: string;

  beforeAll(async () => {
    const { dolphinscheduler, postgres } = testPlatform();
    client = await createClient(dolphinscheduler);
    const workflows = ['sales', 'finance'].map(owner =>
      defineWorkflow(
        { id: `of-${owner}`, project, owner: `group:default/${owner}`, environment: null },
        ({ task }) => {
          task('only', shell({ script: 'echo done' }));
        },
      ),
    );
    await bring(client, workflows);
    const { id } = await client.currentUser();
    token = await client.users.createToken(id, new Date(Date.now() + DAY_MS));
    const database = `portal_${name}`;
    await ensureOwnedDatabase(postgres, database, secrets.POSTGRES_PASSWORD);

    const port = await freePort();
    front = await startTlsFront(port);
    url = `https://127.0.0.1:${front.port}`;
    identityProvider = await startIdentityProvider({
      id: 'portal',
      secret: secrets.OIDC_CLIENT_SECRET,
      callback: `${url}/api/auth/oidc/handler/frame`,
    });
    const people = join(folder, 'people.yaml');
    writeFileSync(people, PEOPLE);
    const overlay = join(folder, 'app-config.json');
    const only = {
      backend: {
        listen: { host: '127.0.0.1', port },
        // The test run's PostgreSQL speaks without.
        database: { connection: { ssl: false } },
      },
      catalog: {
        locations: [{ type: 'file', target: people, rules: [{ allow: ['User', 'Group'] }] }],
      },
    };
    writeFileSync(overlay, JSON.stringify(only));
    portal = await startProductionPortal(`http://127.0.0.1:${port}`, [overlay], {
      ...secrets,
      PORTAL_URL: url,
      POSTGRES_HOST: postgres.host,
      POSTGRES_PORT: String(postgres.port),
      POSTGRES_USER: database,
      POSTGRES_DATABASE: database,
      OIDC_TITLE: 'Example ID',
      OIDC_METADATA_URL: `${identityProvider.url}/.well-known/openid-configuration`,
      OIDC_CLIENT_ID: 'portal',
      DOLPHINSCHEDULER_URL: dolphinscheduler.url,
      DOLPHINSCHEDULER_TOKEN: token,
    });
    browser = await openBrowser(new Machine());
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
  });

  afterAll(async () => {
    await browser?.close();
    await portal?.stop();
    await identityProvider?.stop();
    await front?.close();
    rmSync(folder, { recursive: true, force: true });
    if (client) await rest(client, project);
  });

  it('lets nobody in without an account, and knows no guests', async () => {
    const workflows = await context.request.get(`${url}/api/dolphinscheduler/v1/workflows`);
    expect(workflows.status()).toBe(401);
    const guest = await context.request.post(`${url}/api/auth/guest/refresh?env=production`);
    expect(guest.ok()).toBe(false);
    await page.goto(url);
    await page.getByText('Sign in with your account at Example ID').waitFor();
    expect(await page.getByText('Guest').count()).toBe(0);
  });

  it('refuses somebody whom the catalog does not know', async () => {
    await signIn('kari');
    await page
      .getByText(/failed to sign-in|unable to resolve user/i)
      .first()
      .waitFor();
    expect(await page.getByRole('link', { name: 'Workflows' }).count()).toBe(0);
    await context.clearCookies();
  });

  it('signs somebody in with the organisation’s own account', async () => {
    await page.goto(url);
    await signIn('ola');
    complaints = watchComplaints(page);
    await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
    const cookies = (await context.cookies()).filter(({ name: of }) => of.startsWith('oidc-'));
    expect(cookies).not.toEqual([]);
    for (const { httpOnly, secure } of cookies) expect([httpOnly, secure]).toEqual([true, true]);
  });

  it('shows what their groups own, and nothing of others', async () => {
    await page.goto(`${url}/dolphinscheduler?project=${project}`);
    await page.getByRole('link', { name: 'of-sales', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'of-finance' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('writes none of its secrets into its log', () => {
    const log = portal.log();
    expect(log).toContain('dolphinscheduler');
    for (const text of [...Object.values(secrets), token]) expect(log).not.toContain(text);
  });

  async function signIn(login: string): Promise<void> {
    const opened = context.waitForEvent('page');
    await page.getByRole('button', { name: /sign in/i }).click();
    const popup = await opened;
    await popup.getByPlaceholder(/login/i).fill(login);
    await popup.getByPlaceholder(/password/i).fill('any');
    await popup.getByRole('button', { name: /sign-in/i }).click();
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: /continue/i }).click();
    await closed;
  }
});
