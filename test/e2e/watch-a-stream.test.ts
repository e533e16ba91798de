/** A stream from the template's form to the page of its bad rows: merged with git, checked by a replica, sent back when mended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Machine, testPlatform } from '@dolphinstage/embedded';
import { bundleProgram, openKafka, withAdmin } from '@dolphinstage/task-kit';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../src/author';
import { appears, openBrowser, picture, seriousFlaws, watchComplaints } from '../src/browser';
import { ROOT } from '../src/dolphinstage';
import { startPortal, type TestPortal } from '../src/portal';
import { Clone } from '../src/repository';

// The frontend is built here where it isn't yet.
jest.setTimeout(1_200_000);

const OWNER = 'group:default/data-platform';

describe('a stream that a team asks for', () => {
  const id = randomUUID().slice(0, 8);
  const dataset = `shop-${id}`;
  const folder = mkdtempSync(join(tmpdir(), 'watch-a-stream-'));
  const clone = new Clone(join(folder, 'clone'));
  const brokers = [...testPlatform().kafka.brokers];
  let portal: TestPortal;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let replica: ChildProcess | undefined;
  let said = '';

  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();
  const contract = join(folder, 'clone/contracts', `${dataset}.json`);

  async function write(...rows: object[]): Promise<void> {
    const kafka = await openKafka({ kind: 'kafka', tls: false, brokers });
    const producer = kafka.producer();
    await producer.connect();
    const messages = rows.map(row => ({ value: JSON.stringify(row) }));
    await producer.send({ topic: dataset, messages, acks: -1 });
    await producer.disconnect();
  }

  /** As `up --with quality` does, with groups of its own. */
  async function startReplica(contracts: string): Promise<void> {
    const main = join(ROOT, 'tasks/data-quality/src/replica/main.ts');
    const program = await bundleProgram(main, 'dolphinstage-quality', join(folder, 'program'));
    const connections = join(folder, 'connections.json');
    writeFileSync(connections, JSON.stringify({ kafka: { kind: 'kafka', brokers } }), {
      mode: 0o600,
    });
    replica = spawn(
      process.execPath,
      [
        ...[program.file, '--contracts', contracts, '--connections', connections, '--name', id],
        ...['--group', id, '--port', '0'],
      ],
      { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const collect = (chunk: Buffer) => {
      said += chunk.toString();
    };
    replica.stdout!.on('data', collect);
    replica.stderr!.on('data', collect);
  }

  beforeAll(async () => {
    portal = await startPortal();
    browser = await openBrowser(new Machine());
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    page.setDefaultTimeout(30_000);
    complaints = watchComplaints(page);
  });

  afterAll(async () => {
    await browser?.close();
    if (replica?.exitCode === null) {
      replica.kill('SIGKILL');
      await once(replica, 'exit');
    }
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a contract in the repository, by a form', async () => {
    await page.goto(portal.url);
    await page.getByRole('button', { name: /enter/i }).click();
    await page.getByRole('link', { name: 'Workflows' }).first().waitFor();
    await eventually(async () => {
      await page.goto(`${portal.url}/create/templates/default/dataquality-watch-a-stream`);
      return appears(page.getByRole('textbox', { name: /^Data set/ }));
    });
    complaints.splice(0);
    await page.getByRole('textbox', { name: /^Data set/ }).fill(dataset);
    await page.getByRole('textbox', { name: /^What it holds/ }).fill('Orders of the shop.');
    await page.getByRole('textbox', { name: /^Topic/ }).fill(dataset);
    await page
      .getByRole('combobox', { name: /^Owner/ })
      .or(page.getByRole('textbox', { name: /^Owner/ }))
      .fill('data');
    await page.getByRole('option', { name: /data.platform/i }).click();
    await next();

    await page.getByRole('textbox', { name: /^Name/ }).fill('amount');
    await page.getByLabel(/^Type/).click();
    await page.getByRole('option', { name: 'integer' }).click();
    await picture(page, 'portal-watch-fields');
    await next();

    await page.getByText('Share of bad rows that is accepted').first().waitFor();
    await next();
    await page.getByText('Where the code goes').first().waitFor();
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    const how = page.getByText(/git clone '/);
    const branch = `watch-${dataset}`;
    await page.getByText(`git merge --no-ff origin/dolphinstage/${branch}`).first().waitFor();
    const repository = /git clone '([^']+)'/.exec(await how.first().innerText())?.[1] ?? '';
    expect(complaints.splice(0)).toEqual([]);

    mkdirSync(clone.folder);
    await clone.git('clone', '--quiet', repository, '.');
    await clone.git('merge', '--no-ff', '--message', 'Agreed', `origin/dolphinstage/${branch}`);
    expect(JSON.parse(readFileSync(contract, 'utf8'))).toMatchObject({
      'x-dataset': dataset,
      'x-quality': { topic: dataset, owner: OWNER },
      properties: { amount: { type: 'integer' } },
    });
    const pushed = await clone.push();
    expect(pushed.said).toContain(dataset);
    expect(pushed.said).toContain('Contracts are in force');
    await startReplica(join(dirname(repository), 'published/contracts'));
    await eventually(async () => said.includes('checks ') || undefined);
  });

  it('has a page that shows its bad rows, and sends them back once the contract takes them', async () => {
    await write({ amount: 1 }, { amount: 2 }, { amount: 'three' });
    await eventually(async () => {
      await page.goto(`${portal.url}/catalog/default/resource/${dataset}/quality`);
      return appears(page.getByText(/1 row in quarantine/));
    });
    complaints.splice(0);
    await page.reload();
    await page.getByText('{"amount":"three"}', { exact: true }).waitFor();
    await page
      .getByText(/amount must be integer/)
      .first()
      .waitFor();
    expect(await seriousFlaws(page)).toEqual([]);
    await picture(page, 'portal-watch-quality');

    const { properties: _properties, ...rest } = JSON.parse(readFileSync(contract, 'utf8')) as {
      properties: object;
    };
    await clone.commit({
      [`contracts/${dataset}.json`]: JSON.stringify({
        ...rest,
        'x-version': 2,
        properties: { amount: { type: ['integer', 'string'] } },
      }),
    });
    expect((await clone.push()).said).toContain('Contracts are in force');

    await page.getByLabel('Choose all rows that are shown').check();
    await page.getByRole('button', { name: /^Send 1 row back …/ }).click();
    await page.getByText('1 row would go back to their topic').waitFor();
    await picture(page, 'portal-watch-replay');
    await page.getByRole('dialog').getByRole('button', { name: 'Send 1 row back' }).click();
    await page.getByText('1 row went back to their topic').waitFor();
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText(/sent back .* by user:default\/guest/).waitFor();
    expect(complaints.splice(0)).toEqual([]);

    const kafka = await openKafka({ kind: 'kafka', tls: false, brokers });
    const offsets = await withAdmin(kafka, admin => admin.fetchTopicOffsets(dataset));
    // Transactions leave a marker besides.
    const written = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    expect(written).toBeGreaterThanOrEqual(4);
  });
});
