/** The templates as people use them: through the scaffolder, from the form's values to DolphinScheduler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entity } from '@backstage/catalog-model';
import giteaModule from '@backstage/plugin-scaffolder-backend-module-gitea';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import gitlabModule from '@backstage/plugin-scaffolder-backend-module-gitlab';
import { ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { createInUi } from '@dolphinstage/workflows/src/__testUtils__/ui-workflow';
import { makeRepository, type TestRepository } from './__testUtils__/repository';
import {
  startScaffolder,
  templateEntity,
  TEMPLATES,
  type TestScaffolder,
} from './__testUtils__/scaffolder';
import { startDouble, type ActionServer } from './__testUtils__/server';
import { removeWorkspaces } from './__testUtils__/workspace';

const HAND_MADE = 'component:default/by-hand';

describe('templates in a scaffolder', () => {
  let server: ActionServer;
  let repository: TestRepository;
  let scaffolder: TestScaffolder;
  let base: string;
  let use: TestScaffolder['use'];
  let handMade: number;

  beforeAll(async () => {
    server = await startDouble();
    repository = makeRepository();
    const project = await server.client.projects.create({ name: 'by-hand', description: '' });
    handMade = (
      await createInUi(server.client, project.code, { name: '2026' }, [
        { name: 'only', taskParams: { rawScript: 'true' } },
      ])
    ).code;
    const byHand: Entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'by-hand',
        namespace: 'default',
        annotations: {
          [ANNOTATIONS.instance]: 'production',
          [ANNOTATIONS.project]: 'by-hand',
          [ANNOTATIONS.code]: String(handMade),
        },
      },
    };
    scaffolder = await startScaffolder({
      dolphinscheduler: {
        cache: { definitions: 0, runs: 0 },
        scaffolder: { repository: repository.path },
        instances: [{ ...server.address, name: 'production' }],
      },
      config: {
        integrations: {
          github: [{ host: 'github.com', token: 'none' }],
          gitlab: [{ host: 'gitlab.com', token: 'none' }],
          gitea: [{ host: 'gitea.example.com', username: 'nobody', password: 'none' }],
        },
      },
      templates: ['workflow-from-scratch', 'sql-report', 'take-under-code', 'warehouse-source'],
      entities: [byHand],
      features: [githubModule, gitlabModule, giteaModule],
    });
    ({ base, use } = scaffolder);
  });

  afterAll(async () => {
    removeWorkspaces();
    await scaffolder?.stop();
    await server?.stop();
  });

  const branches = () =>
    repository.git('branch', '--list', '--format=%(refname:short)').split('\n');

  const live = async (project: string) => {
    const found = await server.client.projects.find(project);
    return found ? server.client.workflows.getAll(found.code) : [];
  };

  const SCRATCH = {
    instance: 'production',
    project: '2026',
    id: 'orders',
    owner: 'group:default/sales',
    order: 'sequence',
    tasks: [
      { id: 'first', kind: 'shell', script: '42' },
      { id: 'second', kind: 'http', url: 'https://example.com/', method: 'GET' },
    ],
    timeZone: 'UTC',
    next: 'review',
    code: 'local',
  };
  const ENTITY = 'component:default/production.2026.orders';

  it('only look where that is asked for', async () => {
    const { status, log, plan, review, links } = await use('workflow-from-scratch', {
      ...SCRATCH,
      next: 'apply',
      planOnly: true,
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('1 create')]);
    expect(plan).toContain('orders');
    expect([review, links]).toEqual([undefined, []]);
    expect(await live('2026')).toEqual([]);
    expect(branches()).toEqual(['main']);
  });

  it('put the code on a branch for review, and change nothing', async () => {
    const { status, plan, review, links } = await use('workflow-from-scratch', SCRATCH);
    expect(status).toBe('completed');
    expect(plan).toContain('orders');
    expect(review).toContain('git merge --no-ff origin/dolphinstage/orders');
    expect(links).toEqual([[expect.stringContaining('once the code is merged'), ENTITY]]);
    expect(await live('2026')).toEqual([]);
    const code = 'dolphinstage/orders:workflows/orders/orders.workflow.ts';
    expect(repository.git('show', code)).toContain('owner: "group:default/sales"');
    expect(repository.git('log', '-1', '--format=%s', 'dolphinstage/orders')).toBe(
      'Bring workflow orders',
    );
  });

  it('make a workflow at once of what the form says; the code is on a branch all the same', async () => {
    const { status, log, links } = await use('workflow-from-scratch', {
      ...SCRATCH,
      next: 'apply',
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('2026/orders: create')]);
    expect(links).toEqual([[expect.stringContaining('within a minute'), ENTITY]]);
    const [workflow] = await live('2026');
    expect(workflow).toMatchObject({ name: 'orders', releaseState: 'ONLINE' });
    expect(workflow?.tasks.map(({ name, taskParams }) => [name, taskParams.rawScript])).toEqual([
      ['first', '42'],
      ['second', undefined],
    ]);
    expect(repository.git('rev-list', '--count', 'main..dolphinstage/orders')).toBe('1');
  });

  it('take a workflow under code that was made by hand, and change nothing else of it', async () => {
    const [before] = await live('by-hand');
    const { status, log, links } = await use('take-under-code', {
      workflow: HAND_MADE,
      owner: 'group:default/sales',
      next: 'apply',
      code: 'local',
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('adopt')]);
    const [, entityRef] = links?.[0] ?? [];
    expect(entityRef).toMatch(/^component:default\/production\.by-hand\./);
    const [branch = ''] = branches().filter(name => !/main|orders/.test(name));
    expect(repository.git('ls-tree', '-r', '--name-only', branch)).toMatch(/\.workflow\.ts$/m);
    const [after] = await live('by-hand');
    expect(after).toMatchObject({ code: handMade, name: '2026' });
    expect(after?.description).toMatch(/Owner: group:default\/sales\n\[dolphinstage:1 /);
    expect(after?.tasks.map(({ code }) => code)).toEqual(before?.tasks.map(({ code }) => code));
  });

  it('plan tasks of a pack that is installed beside the portal', async () => {
    const { status, log, plan } = await use('warehouse-source', {
      ...SCRATCH,
      id: 'shop',
      dataset: 'shop',
      kind: 'csv',
      connection: 'uploads',
      file: 'shop.csv',
      columns: [{ name: 'id', type: 'bigint', isKey: true }],
      cron: '0 0 6 * * ? *',
      kafka: 'staging',
      warehouse: 'warehouse',
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('2026/shop: create')]);
    expect(plan).toMatch(/bundle.*warehouse-[0-9a-f]{12}\.cjs/);
  });

  it('say why DolphinScheduler would refuse it', async () => {
    const { status, log } = await use('sql-report', {
      ...SCRATCH,
      id: 'report',
      title: 'Late orders',
      databaseType: 'MYSQL',
      datasource: 'no-such-source',
      sql: 'SELECT 1',
      rows: 10,
      alertGroup: 'no-such-group',
      cron: '0 0 6 * * ? *',
    });
    expect([status, log]).toEqual(['failed', expect.stringContaining('no-such-source')]);
  });

  /** By the scaffolder's own dry run, which calls no Git host. */
  it('open a pull request where the code goes to GitHub', async () => {
    const folder = join(TEMPLATES, 'workflow-from-scratch');
    const files = readdirSync(join(folder, 'skeleton')).map(name => ({
      path: `skeleton/${name}`,
      base64Content: readFileSync(join(folder, 'skeleton', name)).toString('base64'),
    }));
    const answer = await fetch(`${base}/dry-run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        template: templateEntity('workflow-from-scratch'),
        values: { ...SCRATCH, code: 'github', repoUrl: 'github.com?owner=sales&repo=workflows' },
        directoryContents: files,
      }),
    });
    const { log = [] } = (await answer.json()) as {
      log?: { body: { stepId?: string; status?: string } }[];
    };
    const ended = log.flatMap(({ body: { stepId = '', status = '' } }) =>
      ['publish', 'github', 'gitlab'].includes(stepId) && status !== 'processing' && status
        ? [[stepId, status]]
        : [],
    );
    expect(ended).toEqual([
      ['publish', 'skipped'],
      ['github', 'completed'],
      ['gitlab', 'skipped'],
    ]);
  });

  it('give the actions of Git hosts what they take', async () => {
    const actions = (await (await fetch(`${base}/actions`)).json()) as {
      id: string;
      schema?: { input?: { properties?: object; required?: string[] } };
    }[];
    const { spec } = templateEntity('workflow-from-scratch') as unknown as {
      spec: { steps: { action: string; input: object }[] };
    };
    const steps = spec.steps.filter(({ action }) => /^publish:/.test(action));
    expect(steps).toHaveLength(3);
    for (const { action, input } of steps) {
      const { properties = {}, required = [] } =
        actions.find(({ id }) => id === action)?.schema?.input ?? {};
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(input)));
      expect(Object.keys(input)).toEqual(expect.arrayContaining(required));
    }
  });
});
