/** A model from the template's form to its page: merged with git, trained by DolphinScheduler, taken back with a reason. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { Machine, testPlatform } from '@dolphinstage/embedded';
import { seedShop } from '@dolphinstage/samples';
import {
  migrateOps,
  openPostgres,
  writeConnections,
  type Connections,
} from '@dolphinstage/task-kit';
import { startRun, waitForRun } from '@dolphinstage/workflows';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Pool } from 'pg';
import { eventually } from '../src/author';
import { appears, openBrowser, picture, seriousFlaws, watchComplaints } from '../src/browser';
import { startPortal, type TestPortal } from '../src/portal';
import { Clone } from '../src/repository';
import { makeEnvironment, rest } from '../src/workflows';

// The frontend is built here where it isn't yet.
jest.setTimeout(1_200_000);

const NIGHT_LIMIT_MS = 300_000;
const PACK = dirname(require.resolve('@dolphinstage/tasks-model-retraining/package.json'));
const DAY_MS = 86_400_000;

describe('a model that a team asks for', () => {
  const id = randomUUID().slice(0, 8);
  const project = `leave-${id}`;
  const model = `leave-${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'retrain-a-model-'));
  const clone = new Clone(join(folder, 'clone'));
  const { postgres, dolphinscheduler, mlflow } = testPlatform();
  const warehouse = { kind: 'postgres', tls: 'off', ...postgres, database: `leave_${id}` } as const;
  let admin: Pool;
  let client: DolphinSchedulerClient;
  let portal: TestPortal;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();
  const fill = (name: RegExp, words: string) => page.getByRole('textbox', { name }).fill(words);

  const add = (list: number) => page.getByRole('button', { name: /^add/i }).nth(list).click();

  /** The night of a day, some days ago. */
  async function night(ago: number): Promise<void> {
    const day = new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
    const run = await startRun(client, {
      workflow: `${project}/${model}-nightly`,
      params: { day },
    });
    const { instance } = await waitForRun(client, run, { timeoutMs: NIGHT_LIMIT_MS });
    expect(instance.state).toBe('SUCCESS');
  }

  /** The model's page, as one finds it who looks now. */
  async function open(what: Locator): Promise<void> {
    await eventually(async () => {
      await page.goto(`${portal.url}/catalog/default/resource/${model}/model`);
      return appears(what);
    });
    complaints.splice(0);
    await page.reload();
    await what.first().waitFor();
  }

  beforeAll(async () => {
    admin = await openPostgres({ ...warehouse, database: 'postgres' });
    await admin.query(`create database ${warehouse.database}`);
    const db = await openPostgres(warehouse);
    await migrateOps(db, [join(PACK, 'sql/ops')]);
    const pool = await db.connect();
    await seedShop(pool, { perDay: 60 }).finally(() => pool.release());
    await db.end();

    const [files, bundles] = ['files', 'bundles'].map(name => join(folder, name));
    mkdirSync(files!);
    mkdirSync(bundles!);
    const connections: Connections = {
      warehouse,
      'model-files': { kind: 'files', path: files! },
      mlflow: { kind: 'http', baseUrl: mlflow.url },
    };
    const file = join(folder, 'connections.json');
    writeConnections(file, connections);
    const { tenant: _tenant, ...account } = dolphinscheduler;
    client = await createClient(account);
    await makeEnvironment(client, project, { bundles: bundles!, connections: file });
    portal = await startPortal({
      target: { environment: project, bundles: bundles!, connections },
    });
    browser = await openBrowser(new Machine());
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(30_000);
    complaints = watchComplaints(page);
  });

  afterAll(async () => {
    await browser?.close();
    await portal?.stop();
    // Its environment stays: DolphinScheduler deletes none that was used.
    if (client) await rest(client, project);
    await admin?.query(`drop database if exists ${warehouse.database} with (force)`);
    await admin?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is two workflows and a page, by a form', async () => {
    await page.goto(portal.url);
    await page.getByRole('button', { name: /enter/i }).click();
    await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
    await eventually(async () => {
      await page.goto(`${portal.url}/create/templates/default/dolphinscheduler-retrain-a-model`);
      return appears(page.getByRole('textbox', { name: /^Model/ }));
    });
    complaints.splice(0);
    await page.getByLabel('Instance *').fill('embedded');
    await page
      .getByRole('combobox', { name: /^Project/ })
      .or(page.getByRole('textbox', { name: /^Project/ }))
      .fill(project);
    await fill(/^Model/, model);
    await page
      .getByRole('combobox', { name: /^Owner/ })
      .or(page.getByRole('textbox', { name: /^Owner/ }))
      .fill('data');
    await page.getByRole('option', { name: /data.platform/i }).click();
    await fill(/^What it says/, 'Who leaves the shop.');
    await next();

    await fill(/^Table/, 'shop.customer');
    await fill(/^Key/, 'customer_id');
    await fill(/^Cut-off/, 'cut_off');
    await fill(/^Label/, 'churn');
    await fill(/^Positive/, 'yes');
    await fill(
      /^Query/,
      `select customer.*, (
        select count(*) from service_call where service_call.customer_id = customer.customer_id
      ) as service_calls
      from customer`,
    );
    await add(0);
    await picture(page, 'portal-model-form');
    const last = (name: RegExp) => page.getByRole('textbox', { name }).last();
    await last(/^Table/).fill('shop.service_call');
    await last(/^Key/).fill('customer_id');
    await last(/^Time/).fill('at');
    await next();

    // One textbox of each list is there; the others come by its button.
    const numbers = ['total_day_minutes', 'total_eve_minutes', 'service_calls'];
    for (const [place, column] of numbers.entries()) {
      if (place > 0) await add(0);
      await page.getByRole('textbox').nth(place).fill(column);
    }
    await add(1);
    await page.getByRole('textbox').nth(numbers.length).fill('international_plan');
    await picture(page, 'portal-model-features');
    await next();

    await page.getByText('Must be above').first().waitFor();
    await page.getByRole('spinbutton', { name: /^Must be above/ }).fill('0.5');
    await next();
    await page.getByText('Where the code goes').first().waitFor();
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    const how = page.getByText(/git clone '/);
    await page.getByText(`git merge --no-ff origin/dolphinstage/${model}`).first().waitFor();
    const repository = /git clone '([^']+)'/.exec(await how.first().innerText())?.[1] ?? '';
    expect(complaints.splice(0)).toEqual([]);

    mkdirSync(clone.folder);
    await clone.git('clone', '--quiet', repository, '.');
    await clone.git('merge', '--no-ff', '--message', 'Agreed', `origin/dolphinstage/${model}`);
    const { said } = await clone.push();
    expect(said).toContain(`${project}/${model}-nightly: created`);
    expect(said).toContain(`${project}/${model}-watch: created`);
  });

  it('is on its page after a night: live, with its gates, and with what it rests on', async () => {
    await night(1);
    await open(page.getByText(/^Version 1 is live/));
    await page.getByRole('img', { name: /^Calibration/ }).waitFor();
    const rests = page.getByRole('region', { name: /rests on$/ });
    await rests.getByText('service_calls').waitFor();
    await page.getByText(/^\d passed$/).waitFor();
    expect(await seriousFlaws(page)).toEqual([]);
    await picture(page, 'portal-model');
    expect(complaints.splice(0)).toEqual([]);
  });

  it('goes back to the version before, for a reason, in the name of who did it', async () => {
    const file = `workflows/${model}/${model}.workflow.ts`;
    const code = readFileSync(join(clone.folder, file), 'utf8');
    // Whatever the next night's version is worth, it goes live: so there is one to go back to.
    await clone.commit({
      [file]: code
        .replace('gates: {', "gates: {\n      better: { test: 'bootstrap', margin: 9 },")
        .replace('{ name: "total_eve_minutes"', '{ name: "total_night_minutes"')
        .replace('{ field: "total_eve_minutes" }', '{ field: "total_night_minutes" }'),
    });
    expect((await clone.push()).said).toContain(`${project}/${model}-nightly: updated`);
    await night(0);
    await open(page.getByText(/^Version 2 is live/));
    await page.getByRole('button', { name: 'Go back to version 1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Why/ }).fill('the shop says so');
    expect(await seriousFlaws(page)).toEqual([]);
    await picture(page, 'portal-model-back');
    await dialog.getByRole('button', { name: 'Go back', exact: true }).click();
    await page.getByText(/^Version 1 is live/).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'the shop says so' });
    await row.getByText('user:default/guest').waitFor();
    expect(complaints.splice(0)).toEqual([]);
  });
});
