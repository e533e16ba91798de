/** The portal that `up` starts, with its own repository: a template's form, its code merged with git, applied by the push. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { Machine, testPlatform } from '@dolphinstage/embedded';
import { startRun, waitForRun } from '@dolphinstage/workflows';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../src/author';
import { openBrowser, seriousFlaws, watchComplaints } from '../src/browser';
import { startPortal, type TestPortal } from '../src/portal';
import { Clone } from '../src/repository';

// The frontend is built here where it isn't yet.
jest.setTimeout(1_200_000);

const RUN_LIMIT_MS = 120_000;
/** Where pictures of the forms go; none are taken without. */
const PICTURES = process.env.DOLPHINSTAGE_PICTURES;

describe("code of the portal's templates", () => {
  const project = `review-${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), 'code-review-'));
  let client: DolphinSchedulerClient;
  let portal: TestPortal;
  let authorization: string;

  /** The portal's API, as the guest. */
  async function ask<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`${portal.url}/api/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  async function signIn(): Promise<void> {
    const answer = await fetch(`${portal.url}/api/auth/guest/refresh`);
    const { backstageIdentity } = (await answer.json()) as { backstageIdentity: { token: string } };
    authorization = `Bearer ${backstageIdentity.token}`;
  }

  beforeAll(async () => {
    const { tenant: _tenant, ...account } = testPlatform().dolphinscheduler;
    client = await createClient(account);
    portal = await startPortal();
    await signIn();
    await eventually(async () => {
      const { items } = await ask<{ items: { kind: string }[] }>(
        'catalog/entities/by-query?filter=kind=template&filter=kind=user',
      );
      return new Set(items.map(({ kind }) => kind)).size === 2 || undefined;
    });
    // What the guest belongs to is known now.
    await signIn();
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
    const found = await client?.projects.find(project);
    for (const { code } of found ? await client.workflows.list(found.code) : []) {
      await client.workflows.release(found!.code, code, 'OFFLINE');
    }
  });

  it('is merged and applied without a Git host', async () => {
    const templateRef = 'template:default/dolphinscheduler-workflow-from-scratch';
    const { id } = await ask<{ id: string }>('scaffolder/v2/tasks', {
      templateRef,
      values: {
        instance: 'embedded',
        project,
        id: 'hello',
        owner: 'group:default/data-platform',
        order: 'sequence',
        tasks: [{ id: 'only', kind: 'shell', script: 'echo hello' }],
        timeZone: 'UTC',
        next: 'review',
        code: 'local',
      },
    });
    const ended = await eventually(async () => {
      const { status } = await ask<{ status: string }>(`scaffolder/v2/tasks/${id}`);
      return ['open', 'processing'].includes(status) ? undefined : status;
    });
    const events = await ask<
      { body: { message: string; output?: { text?: { title: string; content: string }[] } } }[]
    >(`scaffolder/v2/tasks/${id}/events`);
    expect([ended, events.map(({ body }) => body.message).join('\n')]).toEqual([
      'completed',
      expect.stringContaining(`${project}/hello: create`),
    ]);
    const review = events
      .flatMap(({ body }) => body.output?.text ?? [])
      .find(({ title }) => title === 'Review')?.content;
    const repository = /git clone '([^']+)'/.exec(review ?? '')?.[1] ?? '';

    const clone = new Clone(folder);
    await clone.git('clone', '--quiet', repository, '.');
    const { said: commit } = await clone.git(
      'log',
      '-1',
      '--format=%an|%B',
      'origin/dolphinstage/hello',
    );
    expect(commit).toMatch(/Guest.*\|Bring workflow hello\n\nAsked-for-by: user:default\/guest/);
    await clone.git('merge', '--no-ff', '--message', 'Agreed', 'origin/dolphinstage/hello');
    const { said } = await clone.push();
    expect(said).toContain(`${project}/hello: created`);

    const run = await startRun(client, { workflow: `${project}/hello` });
    const { instance } = await waitForRun(client, run, { timeoutMs: RUN_LIMIT_MS });
    expect(instance.state).toBe('SUCCESS');
  });

  describe('in a real browser', () => {
    let browser: Browser;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      browser = await openBrowser(new Machine());
      page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
      page.setDefaultTimeout(30_000);
      complaints = watchComplaints(page);
    });

    afterAll(() => browser?.close());

    async function picture(name: string): Promise<void> {
      if (!PICTURES) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
    }

    /** But those of Backstage's own tabs above its forms, which name panels that aren't there. */
    const flaws = async () =>
      (await seriousFlaws(page)).filter(
        flaw => !/^aria-valid-attr-value: <a class="bui-Tab/.test(flaw),
      );

    const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();

    it('the form offers what there is, shows when it fires, and ends with how to merge', async () => {
      await page.goto(portal.url);
      await page.getByRole('button', { name: /enter/i }).click();
      await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
      await page.goto(
        `${portal.url}/create/templates/default/dolphinscheduler-workflow-from-scratch`,
      );
      const instance = page.getByLabel('Instance *');
      await instance.waitFor();
      await page
        .locator('datalist option[value="embedded"]')
        .first()
        .waitFor({ state: 'attached' });
      await instance.fill('embedded');
      await page.getByLabel('Project *').fill(project);
      await page.getByRole('textbox', { name: /^Id/ }).fill('by-form');
      await page
        .getByRole('combobox', { name: /^Owner/ })
        .or(page.getByRole('textbox', { name: /^Owner/ }))
        .fill('data');
      await page.getByRole('option', { name: /data.platform/i }).click();
      await picture('portal-form');
      expect(await flaws()).toEqual([]);
      await next();

      // The form has one already: it takes one at least.
      await page.getByRole('textbox', { name: /^Id/ }).fill('only');
      await page.getByRole('textbox', { name: /^Script/ }).fill('echo by form');
      await next();

      await page.getByLabel(/^Schedule/).fill('0 0 6 * * ? *');
      await page.getByText('Fires next, UTC').waitFor();
      expect(await page.getByRole('status').getByRole('listitem').count()).toBe(5);
      await picture('portal-form-schedule');
      expect(await flaws()).toEqual([]);
      await next();

      await page.getByText('Where the code goes').first().waitFor();
      await picture('portal-form-what-becomes');
      expect(await flaws()).toEqual([]);
      await page.getByRole('button', { name: 'Review', exact: true }).click();
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('button', { name: 'Review', exact: true }).click();
      await page.getByText('git merge --no-ff origin/dolphinstage/by-form').waitFor();
      await picture('portal-form-result');
      expect(complaints.splice(0)).toEqual([]);
    });

    it('the form of a source offers the connections of its kind, by name', async () => {
      await page.goto(`${portal.url}/create/templates/default/dolphinscheduler-warehouse-source`);
      await page.getByLabel('Instance *').fill('embedded');
      await page.getByLabel('Project *').fill(project);
      await page.getByRole('textbox', { name: /^Id/ }).fill('shop-orders');
      await page
        .getByRole('combobox', { name: /^Owner/ })
        .or(page.getByRole('textbox', { name: /^Owner/ }))
        .fill('data');
      await page.getByRole('option', { name: /data.platform/i }).click();
      await page.getByRole('textbox', { name: /^Data set/ }).fill('shop_orders');
      await next();

      const offered = () =>
        page
          .locator('datalist option')
          .evaluateAll(options => options.map(option => option.getAttribute('value')));
      await page.getByLabel('Connection *').waitFor();
      // What workflows of other suites name has no kind, and none of these does.
      await eventually(async () => (await offered()).includes('shop-mysql') || undefined);
      expect(await offered()).not.toContain('shop-files');
      expect(await offered()).not.toContain('staging');
      await picture('portal-form-connection');
      expect(await flaws()).toEqual([]);
      await page.getByLabel(/^Kind of source/).click();
      await page.getByRole('option', { name: 'A CSV file' }).click();
      await eventually(async () => (await offered()).includes('shop-files') || undefined);
      expect(await offered()).not.toContain('shop-mysql');
      expect(complaints.splice(0)).toEqual([]);
    });
  });
});
