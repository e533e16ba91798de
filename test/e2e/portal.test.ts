import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { Machine, testPlatform } from '@dolphinstage/embedded';
import {
  bundlePacks,
  connection,
  cron,
  defineWorkflow,
  param,
  shell,
} from '@dolphinstage/workflows';
import { loadRaw } from '@dolphinstage/tasks-warehouse';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, seriousFlaws, watchComplaints } from '../src/browser';
import { ROOT } from '../src/dolphinstage';
import { startPortal, type DemonstrationPortal } from '../src/portal';
import { bring, rest } from '../src/workflows';

// The frontend is built here where it isn't yet.
jest.setTimeout(1_200_000);

/** The provider looks once a minute. */
const APPEARS_WITHIN_MS = 150_000;
/** Other suites' runs are on the same server. */
const RUN_WITHIN_MS = 240_000;

async function eventually(look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + APPEARS_WITHIN_MS;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error('it never came');
    await sleep(500);
  }
}

/** Whether something is there within some seconds. */
const appears = (what: Locator): Promise<boolean> =>
  what
    .first()
    .waitFor({ timeout: 5_000 })
    .then(
      () => true,
      () => false,
    );

/** Where pictures of the pages go; none are taken without. */
const PICTURES = process.env.DOLPHINSTAGE_PICTURES;

describe('the portal, in a real browser', () => {
  const project = `shop-${randomUUID().slice(0, 6)}`;
  const folder = mkdtempSync(join(tmpdir(), 'portal-e2e-'));
  const mended = join(folder, 'mended');
  let client: DolphinSchedulerClient;
  let portal: DemonstrationPortal;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  async function picture(name: string): Promise<void> {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** Opens a workflow's page by way of the list. */
  async function openWorkflow(name: string): Promise<void> {
    await page.goto(`${portal.url}/dolphinscheduler?project=${project}`);
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name, exact: true }).waitFor();
  }

  beforeAll(async () => {
    client = await createClient(testPlatform().dolphinscheduler);
    portal = await startPortal();
    const workflows = [
      defineWorkflow(
        {
          id: 'greetings',
          project,
          owner: 'group:default/data-platform',
          description: 'Greets whom it is told to.',
          environment: null,
          params: { who: param.string('world') },
          schedule: cron('0 0 2 * * ? *', { timeZone: 'UTC' }),
        },
        ({ task, params }) => {
          const greet = task(
            'greet',
            shell({ script: 'echo "hello $WHO"; sleep 1', env: { WHO: params.who } }),
          );
          const [left, right] = ['left', 'right'].map(id =>
            task(id, shell({ script: `echo ${id}` }), { after: [greet] }),
          );
          task('end', shell({ script: 'echo end' }), { after: [left!, right!] });
        },
      ),
      defineWorkflow(
        {
          id: 'fragile',
          project,
          owner: 'group:default/data-platform',
          environment: null,
          // The server keeps an alert with the schedule.
          schedule: cron('0 0 0 1 1 ? *', { timeZone: 'UTC' }),
          alert: { group: project, on: ['failure'], webhook: connection(project) },
        },
        ({ task }) => {
          const first = task('first', shell({ script: 'echo first' }));
          task('second', shell({ script: `test -f ${mended}` }), { after: [first] });
        },
      ),
      defineWorkflow(
        {
          id: 'flights',
          project,
          owner: 'group:default/data-platform',
          system: 'system:default/warehouse',
          environment: null,
        },
        ({ task }) => {
          const [kafka, warehouse] = [
            connection<'kafka'>('staging'),
            connection<'postgres'>('warehouse'),
          ];
          task('load', loadRaw({ kafka, warehouse, datasets: ['flights'] }));
        },
      ),
    ];
    await bring(client, workflows, {
      target: 'embedded',
      bundles: await bundlePacks(
        [{ name: 'warehouse', folder: join(ROOT, 'tasks', 'warehouse') }],
        folder,
      ),
      delivery: { kind: 'path', folder },
      webhookUrl: () => portal.alerts,
    });
    browser = await openBrowser(new Machine());
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(30_000);
    complaints = watchComplaints(page);
  });

  afterAll(async () => {
    await browser?.close();
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
    if (client) await rest(client, project);
  });

  it('lets a guest in, and shows the home page', async () => {
    await page.goto(portal.url);
    await page.getByRole('button', { name: /enter/i }).click();
    await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
    const widget = page.getByText('Workflows: what failed').first();
    await widget.waitFor();
    // Its rows, or that there are none: not what stands there until they have come.
    await page.getByText('Nothing has failed').or(page.locator('section li')).first().waitFor();
    await picture('portal-home');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('lists workflows, and finds one by its name', async () => {
    // What was read before they were applied stays for some seconds.
    await eventually(async () => {
      await page.goto(`${portal.url}/dolphinscheduler?project=${project}`);
      return appears(page.getByRole('link', { name: 'fragile', exact: true }));
    });
    await page.getByRole('searchbox').fill('greet');
    await page.getByRole('link', { name: 'fragile', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'greetings', exact: true }).waitFor();
    expect(await seriousFlaws(page)).toEqual([]);
    await picture('portal-workflows');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('starts a workflow with a parameter, and follows what it writes', async () => {
    await openWorkflow('greetings');
    await page.getByText('greet', { exact: true }).first().waitFor();
    expect(await seriousFlaws(page)).toEqual([]);
    await picture('portal-workflow');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('who').fill('Åse <b>bold</b>');
    await picture('portal-start');
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    // Else the log is that of the task that runs.
    const row = page.getByRole('row', { name: /greet/ });
    await row.getByRole('button', { name: 'greet' }).click();
    await page.getByText('hello Åse <b>bold</b>').first().waitFor({ timeout: RUN_WITHIN_MS });
    await page.getByText('Succeeded').first().waitFor({ timeout: RUN_WITHIN_MS });
    expect(await seriousFlaws(page)).toEqual([]);
    await picture('portal-run');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('tells the owner of a failed run', async () => {
    await openWorkflow('fragile');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByText('Failed').first().waitFor({ timeout: RUN_WITHIN_MS });
    expect(complaints.splice(0)).toEqual([]);
    // Before it is mended: of a run that has recovered by the time of its alert nobody is told.
    await eventually(async () => {
      await page.goto(`${portal.url}/notifications`);
      return appears(page.getByText('fragile'));
    });
    await picture('portal-notifications');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('runs a failed one again from its failure, to which the notification leads', async () => {
    writeFileSync(mended, '');
    await page.getByRole('link', { name: 'fragile has failed' }).first().click();
    await page.waitForURL(/\/runs\/\d+/);
    await page.getByRole('button', { name: 'Recover' }).click();
    await page.getByText('Succeeded').first().waitFor({ timeout: RUN_WITHIN_MS });
    expect(complaints.splice(0)).toEqual([]);
  });

  it('backfills two days', async () => {
    await openWorkflow('greetings');
    await page.getByRole('button', { name: 'Backfill', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('From').fill('2026-11-01');
    await dialog.getByLabel('Until').fill('2026-11-02');
    const begin = dialog.getByRole('button', { name: 'Start 2 runs' });
    await begin.waitFor();
    await picture('portal-backfill');
    await begin.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Runs' }).click();
    await eventually(async () => (await page.getByText('backfill').count()) >= 2);
    expect(complaints.splice(0)).toEqual([]);
  });

  it('leads in the catalog from a workflow to its contract, its data, its connections and its system', async () => {
    const goTo = (kind: string, name: string) =>
      page.goto(`${portal.url}/catalog/default/${kind}/${name}`);
    const link = (name: string) => page.getByRole('link', { name, exact: true }).first();
    const workflow = `embedded.${project}.flights`;
    // The page reads once what it belongs to and what it depends on, which come to the catalog one by one.
    await eventually(async () => {
      await goTo('component', workflow);
      for (const name of ['Flights', 'staging', 'warehouse']) {
        if (!(await appears(link(name)))) return false;
      }
      return true;
    });
    // Until the provider has been there, the page was none.
    complaints.splice(0);
    await page.reload();
    await link('Flights').waitFor();
    await page.getByText('Depends on resources').waitFor();
    await link('staging').waitFor();
    await link('warehouse').waitFor();
    await page.getByText('Provided APIs').first().waitFor();
    expect(complaints.splice(0)).toEqual([]);
    await picture('portal-entity-relations');
    await goTo('api', 'warehouse-flights');
    await page.getByText('Providers').first().waitFor();
    await link('flights').waitFor();
    await page.getByText('urn:dolphinstage:contract:warehouse:flights:1').first().waitFor();
    await picture('portal-api');
    await goTo('resource', 'warehouse-flights');
    await page.getByText('Relations').first().waitFor();
    await page
      .getByText(/^flights$/)
      .first()
      .waitFor();
    await picture('portal-dataset');
    await goTo('system', 'warehouse');
    await page.getByText('Has components').first().waitFor();
    await link('flights').waitFor();
    await page.getByText('Has resources').first().waitFor();
    await page
      .getByText('Has APIs')
      .or(page.getByText('APIs', { exact: true }))
      .first()
      .waitFor();
    await picture('portal-system');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('shows it in the catalog, with a tab of its own', async () => {
    const name = `embedded.${project}.greetings`;
    await eventually(async () => {
      await page.goto(`${portal.url}/catalog/default/component/${name}`);
      return appears(page.getByRole('heading', { name: 'greetings' }));
    });
    // Until the provider has been there, the page was none.
    complaints.splice(0);
    await page.reload();
    await page.getByText('Greets whom it is told to.').first().waitFor();
    // Cards of Backstage's own turn while they read, and don't say what.
    await eventually(async () => (await page.getByRole('progressbar').count()) === 0);
    expect(await seriousFlaws(page)).toEqual([]);
    await picture('portal-entity');
    await page.goto(`${portal.url}/catalog/default/component/${name}/dolphinscheduler`);
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await picture('portal-entity-tab');
    expect(complaints.splice(0)).toEqual([]);
  });
});
