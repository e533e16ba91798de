/**
 * From a form to rows in the warehouse, without a Git host: a template's code on a branch, merged with git, applied by the
 * push, run by DolphinScheduler. All real but the scaffolder's catalog.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@backstage/types';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { TestRepository, type Clone } from '@dolphinstage/test';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { createSources, type Sources } from '@dolphinstage/test/src/warehouse-sources';
import {
  createWorld,
  observation,
  PACK_ROOT,
  type World,
} from '@dolphinstage/tasks-warehouse/testing';
import { startRun, waitForRun } from '@dolphinstage/workflows';
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { removeProject } from '@dolphinstage/workflows/src/__testUtils__/server';
import { startScaffolder, type TestScaffolder } from './__testUtils__/scaffolder';

jest.setTimeout(600_000);

const DAY_MS = 86_400_000;
const RUN_LIMIT_MS = 240_000;

describe('a workflow of a template, reviewed and merged', () => {
  const project = `merged-${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), `${project}-`));
  let client: DolphinSchedulerClient;
  let sources: Sources;
  let world: World;
  let repository: TestRepository;
  let scaffolder: TestScaffolder;
  let clone: Clone;

  beforeAll(async () => {
    const { tenant, ...account } = testPlatform().dolphinscheduler;
    client = await createClient(account);
    const { id } = await client.currentUser();
    const token = await client.users.createToken(id, new Date(Date.now() + DAY_MS));
    sources = await createSources('merge');
    world = await createWorld(testPlatform(), sources.connections);
    // The tenant may be another OS user.
    chmodSync(folder, 0o755);
    const { kafka, ...connections } = world.connections;
    const connectionsFile = join(folder, 'connections.json');
    writeFileSync(connectionsFile, JSON.stringify({ ...connections, staging: kafka }), {
      mode: 0o600,
    });
    const bundles = join(folder, 'bundles');
    mkdirSync(bundles);
    await client.environments.create({
      name: project,
      description: '',
      workerGroups: ['default'],
      config: [
        `export DOLPHINSTAGE_NODE=${process.execPath}`,
        `export DOLPHINSTAGE_BUNDLES=${bundles}`,
        `export DOLPHINSTAGE_CONNECTIONS=${connectionsFile}`,
      ].join('\n'),
    });
    const settings = { tenant, environment: project, bundles };
    repository = new TestRepository({ ...settings, url: account.url, token });
    await repository.start();
    clone = await repository.clone();
    scaffolder = await startScaffolder({
      dolphinscheduler: {
        cache: { definitions: 0, runs: 0 },
        scaffolder: { repository: repository.path },
        instances: [
          { name: 'embedded', baseUrl: account.url, token, delivery: 'path', ...settings },
        ],
      },
      templates: ['workflow-from-scratch', 'warehouse-source'],
    });
  });

  afterAll(async () => {
    await scaffolder?.stop();
    await repository?.remove();
    await removeProject(client, (await client?.projects.find(project))?.code ?? 0);
    await world?.close();
    await sources?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const about = (id: string) => ({
    instance: 'embedded',
    project,
    id,
    owner: 'group:default/sales',
    next: 'review',
    code: 'local',
  });

  /** Fills the form in, reviews, merges. */
  async function bring(template: string, values: JsonObject & { id: string }): Promise<void> {
    const { id } = values;
    const { status, log, review } = await scaffolder.use(template, values);
    expect([status, log]).toEqual([
      'completed',
      expect.stringContaining(`${project}/${id}: create`),
    ]);
    expect(review).toContain(`git merge --no-ff origin/dolphinstage/${id}`);
    expect(await workflow(id)).toBeUndefined();
    await clone.git('fetch', '--quiet');
    const { said: diff } = await clone.git('diff', `main...origin/dolphinstage/${id}`);
    expect(diff).toContain(`+    owner: "group:default/sales",`);
    await clone.git('merge', '--no-ff', '--message', 'Agreed', `origin/dolphinstage/${id}`);
    const pushed = await clone.push();
    expect([pushed.code, pushed.said]).toEqual([
      0,
      expect.stringContaining(`${project}/${id}: created`),
    ]);
    expect(await workflow(id)).toMatchObject({ releaseState: 'ONLINE' });
    // What the push applied is what the portal plans: seen from there, nothing is left to do.
    const again = await scaffolder.use(template, { ...values, planOnly: true });
    expect(again.log).toContain('Plan: 1 unchanged.');
  }

  async function workflow(name: string) {
    const found = await client.projects.find(project);
    const all = found ? await client.workflows.list(found.code) : [];
    return all.find(each => each.name === name);
  }

  /** @returns the run's state, and that of each task that hasn't succeeded. */
  async function run(id: string) {
    const started = await startRun(client, { workflow: `${project}/${id}` });
    const { instance, tasks } = await waitForRun(client, started, { timeoutMs: RUN_LIMIT_MS });
    return [instance.state, ...tasks.filter(({ state }) => state !== 'SUCCESS')];
  }

  const columns = [
    { name: 'id', type: 'bigint', isKey: true },
    { name: 'customer', type: 'text' },
    { name: 'total', type: 'numeric', canBeEmpty: true },
  ];
  const source = {
    about: 'What was ordered.',
    columns,
    cron: '0 0 6 1 1 ? 2098',
    timeZone: 'UTC',
    kafka: 'staging',
    warehouse: 'warehouse',
  };
  const cleaned = (dataset: string) =>
    world.values(`select concat_ws('|', id, customer, total) from cleaned.${dataset} order by id`);

  it('runs', async () => {
    await bring('workflow-from-scratch', {
      ...about('hello'),
      order: 'sequence',
      tasks: [{ id: 'only', kind: 'shell', script: 'echo hello' }],
      timeZone: 'UTC',
    });
    expect(await run('hello')).toEqual(['SUCCESS']);
  });

  it('brings new rows of a MySQL table to the warehouse, each time', async () => {
    await world.mysql.query(
      'create table orders (id bigint primary key, customer varchar(50) not null, total decimal(9,2))',
    );
    await world.mysql.query("insert into orders values (1, 'Åse', 12.5), (2, 'Bo', null)");
    await bring('warehouse-source', {
      ...about('shop-orders'),
      ...source,
      dataset: 'shop_orders',
      kind: 'mysql',
      connection: 'transactions',
      table: 'orders',
      load: 'incremental',
      cursor: 'id',
      lateWindow: 100,
    });
    expect(await run('shop-orders')).toEqual(['SUCCESS']);
    expect(await cleaned('shop_orders')).toEqual(['1|Åse|12.50', '2|Bo']);
    await world.mysql.query("insert into orders values (3, 'Cy', 1)");
    expect(await run('shop-orders')).toEqual(['SUCCESS']);
    expect(await cleaned('shop_orders')).toEqual(['1|Åse|12.50', '2|Bo', '3|Cy|1.00']);
    expect(
      await world.values(
        "select concat_ws('|', source_rows, raw_rows, cleaned_rows, lost) from ops.reconciliation where dataset = 'shop_orders' order by id",
      ),
    ).toEqual(['2|2|2|0', '3|3|3|0']);
  });

  it('brings a CSV file to the warehouse, and what does not fit to quarantine', async () => {
    await sources.upload('orders.csv', 'id,customer,total\n1,"A, B",3\n2,Bo,many\n3,Cy,\n');
    await bring('warehouse-source', {
      ...about('csv-orders'),
      ...source,
      dataset: 'csv_orders',
      kind: 'csv',
      connection: 'uploads',
      file: 'orders.csv',
    });
    expect(await run('csv-orders')).toEqual(['SUCCESS']);
    expect(await cleaned('csv_orders')).toEqual(['1|A, B|3', '3|Cy']);
    expect(
      await world.values(
        "select key || ' ' || column_name from cleaned.quarantine where dataset = 'csv_orders'",
      ),
    ).toEqual(['2 total']);
    await sources.upload('orders.csv', 'id,customer,total\n1,"A, B",4\n');
    expect(await run('csv-orders')).toEqual(['SUCCESS']);
    expect(await cleaned('csv_orders')).toEqual(['1|A, B|4']);
  });

  it('brings a table of Oracle to the warehouse', async () => {
    await bring('warehouse-source', {
      ...about('hr-jobs'),
      ...source,
      dataset: 'hr_jobs',
      kind: 'oracle',
      connection: 'hr-oracle',
      table: 'jobs',
      columns: [
        { name: 'job_id', type: 'text', isKey: true },
        { name: 'job_title', type: 'text' },
        { name: 'min_salary', type: 'numeric', canBeEmpty: true },
        { name: 'max_salary', type: 'numeric', canBeEmpty: true },
      ],
    });
    expect(await run('hr-jobs')).toEqual(['SUCCESS']);
    expect(
      await world.values(
        "select concat_ws('|', job_id, job_title, min_salary, max_salary) from cleaned.hr_jobs",
      ),
    ).toEqual(['CLERK|Clerk|1000|2000']);
  });

  it('brings new items of an API to the warehouse, each time', async () => {
    const { properties } = JSON.parse(
      readFileSync(join(PACK_ROOT, 'contracts/weather.json'), 'utf8'),
    ) as { properties: Record<string, { 'x-type': string; type: string | string[] }> };
    await bring('warehouse-source', {
      ...about('api-weather'),
      ...source,
      dataset: 'api_weather',
      kind: 'api',
      connection: 'weather-api',
      path: '/v1/weather',
      cursor: 'id',
      columns: Object.entries(properties).map(([name, { 'x-type': type, type: json }]) => ({
        name,
        type,
        isKey: name === 'id',
        canBeEmpty: Array.isArray(json),
      })),
    });
    const count = () => world.values('select count(*)::int from cleaned.api_weather');
    expect(await run('api-weather')).toEqual(['SUCCESS']);
    expect(await count()).toEqual([1500]);
    sources.weather.push(observation(1501));
    expect(await run('api-weather')).toEqual(['SUCCESS']);
    expect(await count()).toEqual([1501]);
  });
});
