import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { WorkflowModel } from '@dolphinstage/workflows';
import { validate, type Schema } from 'jsonschema';
import { createTemplateRenderer, type TemplateContext } from 'nunjitsu';
import { parse } from 'yaml';
import { makeWorkspace, removeWorkspaces } from './__testUtils__/workspace';
import { synthInChild } from './synth/synth-in-child';

const TEMPLATES = join(__dirname, '../../../templates');

interface Template {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly type: string;
    readonly parameters: readonly Schema[];
    readonly steps: readonly {
      readonly id: string;
      readonly action: string;
      readonly if?: string;
      readonly input: Readonly<Record<string, unknown>>;
    }[];
    readonly output: { readonly links: readonly { readonly entityRef?: string }[] };
  };
}

const read = (name: string) =>
  parse(readFileSync(join(TEMPLATES, name, 'template.yaml'), 'utf8')) as Template;

/** Those of workflows: others have tests of their own. */
const names = readdirSync(TEMPLATES).filter(
  name => statSync(join(TEMPLATES, name)).isDirectory() && read(name).spec.type === 'workflow',
);

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)));
}

/** A skeleton as `fetch:template` renders it, with the scaffolder's own renderer. */
function renderSkeleton(name: string, values: TemplateContext): Record<string, string> {
  const { input } = read(name).spec.steps.find(({ action }) => action === 'fetch:template')!;
  const renderer = createTemplateRenderer({
    allowRegexExecution: true,
    trimBlocks: input.trimBlocks === true,
    lstripBlocks: input.lstripBlocks === true,
  });
  const skeleton = join(TEMPLATES, name, String(input.url));
  return Object.fromEntries(
    filesOf(skeleton).map(path => {
      expect(path).toMatch(/\.njk$/);
      const content = readFileSync(join(skeleton, path), 'utf8');
      return [
        renderer.render(path.slice(0, -'.njk'.length), { values }),
        renderer.render(content, { values }),
      ];
    }),
  );
}

/** What the last page of each form asks for. */
const NEXT = { next: 'review', code: 'local' };

async function synthesiseAll(
  name: string,
  values: TemplateContext,
): Promise<readonly WorkflowModel[]> {
  for (const page of read(name).spec.parameters) {
    expect(validate({ ...NEXT, ...values }, page).errors.map(String)).toEqual([]);
  }
  const workspace = makeWorkspace(renderSkeleton(name, values));
  const { workflows } = await synthInChild({ workspace, folder: workspace, target: 'production' });
  return workflows;
}

async function synthesise(name: string, values: TemplateContext): Promise<WorkflowModel> {
  const workflows = await synthesiseAll(name, values);
  expect(workflows).toHaveLength(1);
  return workflows[0]!;
}

/** What would leave a text in code, in a comment or in a template. */
const HOSTILE = `it's "quoted" \`ticks\` \\ \${name} \${{ values.id }} {% raw %} */ // \u2028 🐬
'); process.exit(1); ('`;

const ABOUT = {
  instance: 'production',
  project: '2026',
  id: 'orders',
  owner: 'group:default/sales',
};

afterAll(removeWorkspaces);

describe('every template of workflows', () => {
  it('is in the list, which takes every folder', () => {
    const { spec } = parse(readFileSync(join(TEMPLATES, 'all.yaml'), 'utf8')) as {
      spec: { targets: string[] };
    };
    expect(spec.targets).toEqual(['./*/template.yaml']);
    expect(names.length).toBeGreaterThanOrEqual(3);
  });

  it.each(names)('%s has a name of its own, and a skeleton', name => {
    expect(read(name).metadata.name).toBe(`dolphinscheduler-${name}`);
    expect(existsSync(join(TEMPLATES, name, 'skeleton'))).toBe(true);
  });

  it.each(names)('%s plans, then puts the code where it is told to, then applies', name => {
    const { steps } = read(name).spec;
    const from = steps.findIndex(({ id }) => id === 'plan');
    // Only where there is one to start.
    const run = steps.find(({ action }) => action === 'dolphinscheduler:workflow:run');
    expect([undefined, steps.at(-1)]).toContain(run);
    const onlyApplied = /not parameters\.planOnly and parameters\.next == 'apply' }}$/;
    expect(run === undefined || onlyApplied.test(run.if ?? '')).toBe(true);
    expect(steps.slice(from, run && -1).map(({ action, if: when }) => [action, when])).toEqual([
      ['dolphinscheduler:workflow:plan', undefined],
      ...[
        ['dolphinstage:publish:git', 'local'],
        ['publish:github:pull-request', 'github'],
        ['publish:gitlab:merge-request', 'gitlab'],
        ['publish:gitea', 'gitea'],
      ].map(([action, code]) => [
        action,
        `\${{ not parameters.planOnly and parameters.code == '${code}' }}`,
      ]),
      [
        'dolphinscheduler:workflow:apply',
        "${{ not parameters.planOnly and parameters.next == 'apply' }}",
      ],
    ]);
  });

  it.each(names)('%s asks what becomes of the code, and says so, as all others do', name => {
    const other = read('workflow-from-scratch').spec;
    const { parameters, output } = read(name).spec;
    expect(parameters.at(-1)).toEqual(other.parameters.at(-1));
    // One may lead to more than its workflow.
    expect(output).toEqual({
      ...other.output,
      links: expect.arrayContaining(other.output.links),
    });
  });

  it.each(names)('%s explains each of its fields', name => {
    for (const page of read(name).spec.parameters) {
      for (const [field, { title, description, enum: choice }] of Object.entries(
        page.properties ?? {},
      )) {
        expect([field, typeof title, choice ? 'string' : typeof description]).toEqual([
          field,
          'string',
          'string',
        ]);
      }
    }
  });
});

describe('workflow-from-scratch', () => {
  it('makes a workflow of typed tasks, one after the other', async () => {
    const workflow = await synthesise('workflow-from-scratch', {
      ...ABOUT,
      name: 'Orders 🐬',
      description: 'All orders.',
      order: 'sequence',
      cron: '0 0 6 * * ? *',
      timeZone: 'Europe/Oslo',
      tasks: [
        { id: 'fetch', kind: 'shell', script: 'echo 1', timeoutMinutes: 5 },
        {
          id: 'count',
          kind: 'sql',
          databaseType: 'POSTGRESQL',
          datasource: 'warehouse',
          statement: 'query',
          sql: 'SELECT count(*) FROM orders',
        },
        { id: 'tell', kind: 'http', url: 'https://example.com/hook', method: 'POST' },
      ],
    });
    expect(workflow).toMatchObject({
      id: 'orders',
      name: 'Orders 🐬',
      project: '2026',
      owner: 'group:default/sales',
      overlap: 'wait',
      schedule: { cron: '0 0 6 * * ? *', timeZone: 'Europe/Oslo' },
    });
    expect(workflow.tasks).toMatchObject([
      {
        id: 'fetch',
        after: [],
        timeoutMinutes: 5,
        body: { type: 'shell', settings: { script: 'echo 1' } },
      },
      {
        id: 'count',
        after: ['fetch'],
        body: { type: 'sql', settings: { datasource: 'warehouse' } },
      },
      { id: 'tell', after: ['count'], body: { type: 'http', settings: { method: 'POST' } } },
    ]);
  });

  it('makes a workflow of the least that the form asks for, its tasks at once', async () => {
    const workflow = await synthesise('workflow-from-scratch', {
      ...ABOUT,
      order: 'parallel',
      tasks: ['one', 'two'].map(id => ({ id, kind: 'shell', script: 'true' })),
    });
    expect(workflow.schedule).toBeUndefined();
    expect(workflow.name).toBe('orders');
    expect(workflow.tasks.map(({ after }) => after)).toEqual([[], []]);
  });

  it('keeps texts texts, whatever they hold', async () => {
    const workflow = await synthesise('workflow-from-scratch', {
      ...ABOUT,
      name: HOSTILE.replaceAll('\n', ' '),
      order: 'sequence',
      tasks: [{ id: 'only', kind: 'shell', script: HOSTILE }],
    });
    expect(workflow.name).toBe(HOSTILE.replaceAll('\n', ' '));
    expect(workflow.tasks[0]?.body).toMatchObject({ settings: { script: HOSTILE } });
  });
});

describe('sql-report', () => {
  const REPORT = {
    ...ABOUT,
    title: 'Orders that are late',
    databaseType: 'MYSQL',
    datasource: 'shop',
    sql: 'SELECT * FROM late_orders',
    rows: 50,
    alertGroup: 'sales',
    cron: '0 30 7 ? * 2-6 *',
    timeZone: 'UTC',
  };

  it('makes a query on a schedule whose rows are sent', async () => {
    const workflow = await synthesise('sql-report', REPORT);
    expect(workflow).toMatchObject({ description: REPORT.title, schedule: { cron: REPORT.cron } });
    expect(workflow.tasks).toMatchObject([
      {
        body: {
          type: 'sql',
          settings: {
            type: 'MYSQL',
            datasource: 'shop',
            sql: REPORT.sql,
            limit: 50,
            report: { alertGroup: 'sales', title: REPORT.title },
          },
        },
      },
    ]);
  });

  it('keeps texts texts, whatever they hold', async () => {
    const workflow = await synthesise('sql-report', { ...REPORT, sql: HOSTILE });
    expect(workflow.tasks[0]?.body).toMatchObject({ settings: { sql: HOSTILE } });
  });
});

describe('take-under-code', () => {
  it('brings no workflow of its own: the import writes it', () => {
    const files = renderSkeleton('take-under-code', { entityRef: 'component:default/x' });
    expect(Object.keys(files)).toEqual(['README.md']);
    expect(files['README.md']).toContain('component:default/x');
  });
});

describe('warehouse-source', () => {
  const SOURCE: TemplateContext = {
    ...ABOUT,
    dataset: 'shop_orders',
    about: HOSTILE.replaceAll('\n', ' ').slice(0, 100),
    connection: 'shop',
    columns: [
      { name: 'id', type: 'bigint', isKey: true },
      { name: 'country', type: 'text', isKey: true, canBeEmpty: false },
      { name: 'total', type: 'numeric', canBeEmpty: true },
      { name: 'placed', type: 'timestamptz', canBeEmpty: true },
    ],
    cron: '0 0 6 * * ? *',
    timeZone: 'UTC',
    kafka: 'staging',
    warehouse: 'warehouse',
  };
  const MYSQL = { kind: 'mysql', table: "orders'; \\ 1", load: 'incremental', cursor: 'id' };

  it.each<[TemplateContext, string, string, object | undefined]>([
    [{ ...MYSQL, lateWindow: 10 }, 'mysql', 'incremental', { column: 'id', lateWindow: 10 }],
    [{ ...MYSQL, load: 'full' }, 'mysql', 'full', undefined],
    // The form keeps what was filled in before the kind was changed.
    [{ kind: 'oracle', table: 'sales.orders', load: 'incremental' }, 'oracle', 'full', undefined],
    [{ kind: 'csv', file: 'daily/orders "new".csv' }, 'csv', 'full', undefined],
    [{ kind: 'api', path: '/v1/orders', cursor: 'id' }, 'api', 'incremental', { column: 'id' }],
  ])('brings a source to cleaned: %j', async (kind, task, load, cursor) => {
    const workflow = await synthesise('warehouse-source', { ...SOURCE, ...kind });
    expect(workflow).toMatchObject({ id: 'orders', overlap: 'wait', description: SOURCE.about });
    expect(
      workflow.tasks.map(({ id, after, body }) => [id, after, 'task' in body && body.task]),
    ).toEqual([
      ['extract', [], `warehouse/extract-${task}`],
      ['load-raw', ['extract'], 'warehouse/load-raw'],
      ['clean', ['load-raw'], 'warehouse/clean'],
      ['reconcile', ['clean'], 'warehouse/reconcile'],
    ]);
    const contract = {
      'x-dataset': 'shop_orders',
      'x-source': { object: Object.values(kind)[1] },
      'x-load': load,
      'x-key': ['id', 'country'],
      ...(cursor && { 'x-cursor': cursor }),
      properties: {
        id: { type: 'integer', 'x-type': 'bigint' },
        total: { type: ['number', 'null'], 'x-type': 'numeric' },
      },
      required: ['id', 'country', 'total', 'placed'],
    };
    for (const { body } of workflow.tasks) {
      expect(body).toMatchObject({ input: { contracts: [contract] } });
      expect(body).not.toHaveProperty('input.contracts.0.x-analytics');
    }
  });

  it('says what is wrong with the columns', async () => {
    const columns = [{ name: 'id', type: 'bigint', isKey: true, canBeEmpty: true }];
    const failing = synthesise('warehouse-source', { ...SOURCE, ...MYSQL, cursor: 'at', columns });
    await expect(failing).rejects.toThrow(
      /id is a key and may be null; x-cursor names at, which is no column/,
    );
  });

  it.each<TemplateContext>([
    { kind: 'csv', file: '../secrets.csv' },
    { kind: 'csv', file: '/etc/passwd' },
    { kind: 'api', path: '//example.com', cursor: 'id' },
    { kind: 'oracle', table: 'orders; drop table orders' },
  ])('keeps to its connection: %j', async kind => {
    const files = renderSkeleton('warehouse-source', { ...SOURCE, ...kind });
    const workspace = makeWorkspace(files);
    const failing = synthInChild({ workspace, folder: workspace, target: 'production' });
    await expect(failing).rejects.toThrow(/can't be read from/);
  });
});

describe('retrain-a-model', () => {
  const MODEL: TemplateContext = {
    ...ABOUT,
    id: 'late-orders',
    about: HOSTILE.replaceAll('\n', ' ').slice(0, 100),
    table: 'shop.orders',
    key: 'id',
    cutOff: 'asked_at',
    label: 'late',
    positive: "it's late",
    numbers: ['total', 'items'],
    metric: 'auc',
    above: 0.7,
    rollOut: 'shadow',
    cron: '0 0 3 * * ? *',
  };

  it('makes a night of nine tasks and a look, by one plan', async () => {
    const workflows = await synthesiseAll('retrain-a-model', {
      ...MODEL,
      events: [{ table: 'shop.delays', key: 'order_id', time: 'at' }],
      query: HOSTILE,
      categories: ['country'],
      segments: ['country'],
    });
    expect(workflows.map(({ id, schedule }) => [id, schedule?.cron])).toEqual([
      ['late-orders-nightly', '0 0 3 * * ? *'],
      ['late-orders-watch', '0 0/10 * * * ? *'],
    ]);
    const [{ tasks }] = workflows as [WorkflowModel];
    expect(tasks).toHaveLength(9);
    expect(tasks[0]?.body).toMatchObject({
      input: {
        plan: {
          name: 'late-orders',
          owner: ABOUT.owner,
          description: MODEL.about,
          positive: "it's late",
          data: {
            entities: { table: 'shop.orders', key: 'id', cutOff: 'asked_at', label: 'late' },
            events: [{ table: 'shop.delays', key: 'order_id', time: 'at' }],
            query: HOSTILE,
          },
          features: [
            { name: 'total' },
            { name: 'items' },
            { name: 'country', kind: 'categorical' },
          ],
          gates: { threshold: { metric: 'auc', above: 0.7 }, segments: { columns: ['country'] } },
          rollOut: { mode: 'shadow' },
        },
      },
    });
  });

  it.each([[undefined], [['resource:default/shop-orders', 'resource:other/shop: 2']]])(
    'gives the model a page that rests on data sets: %j',
    datasets => {
      const page = parse(
        renderSkeleton('retrain-a-model', { ...MODEL, ...(datasets && { datasets }) })[
          'catalog/late-orders/catalog-info.yaml'
        ]!,
      ) as object;
      expect(page).toEqual({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Resource',
        metadata: { name: 'late-orders', description: MODEL.about },
        spec: {
          type: 'ml-model',
          owner: ABOUT.owner,
          ...(datasets && { dependsOn: datasets }),
        },
      });
    },
  );

  it('reads all columns where no query is given', async () => {
    const [nightly] = await synthesiseAll('retrain-a-model', MODEL);
    expect(nightly?.tasks[0]?.body).toMatchObject({
      input: { plan: { data: { query: 'select * from orders' } } },
    });
  });
});
