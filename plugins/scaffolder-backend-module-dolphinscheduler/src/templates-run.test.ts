/** The templates as people use them: through the scaffolder, from the form's values to DolphinScheduler. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import giteaModule from '@backstage/plugin-scaffolder-backend-module-gitea';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import gitlabModule from '@backstage/plugin-scaffolder-backend-module-gitlab';
import type { JsonObject } from '@backstage/types';
import { ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { createInUi } from '@dolphinstage/workflows/src/__testUtils__/ui-workflow';
import { parse } from 'yaml';
import { makeRepository, type TestRepository } from './__testUtils__/repository';
import { startDouble, type ActionServer } from './__testUtils__/server';
import { removeWorkspaces } from './__testUtils__/workspace';
import scaffolderModuleDolphinscheduler from '.';

const TEMPLATES = join(__dirname, '../../../templates');
const PATIENCE_MS = 60_000;
const HAND_MADE = 'component:default/by-hand';

function templateEntity(name: string): Entity {
  const file = join(TEMPLATES, name, 'template.yaml');
  const entity = parse(readFileSync(file, 'utf8')) as Entity;
  const location = pathToFileURL(file).href.replace('file://', 'file:');
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
      },
    },
  };
}

interface Task {
  readonly status: string;
}

interface TaskEvent {
  readonly body: {
    readonly message: string;
    readonly output?: {
      readonly links?: readonly { readonly title: string; readonly entityRef?: string }[];
      readonly text?: readonly { readonly title: string; readonly content?: string }[];
    };
  };
}

describe('templates in a scaffolder', () => {
  let server: ActionServer;
  let repository: TestRepository;
  let base: string;
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
    const names = ['workflow-from-scratch', 'sql-report', 'take-under-code'];
    const backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleDolphinscheduler,
        githubModule,
        gitlabModule,
        giteaModule,
        catalogServiceMock.factory({ entities: [byHand, ...names.map(templateEntity)] }),
        createServiceFactory({
          service: dolphinschedulerServiceRef,
          deps: {},
          factory: () => ({
            instances: [server.instances.get('production')],
            instance: name => server.instances.get(name),
          }),
        }),
        mockServices.rootConfig.factory({
          data: {
            integrations: {
              github: [{ host: 'github.com', token: 'none' }],
              gitlab: [{ host: 'gitlab.com', token: 'none' }],
              gitea: [{ host: 'gitea.example.com', username: 'nobody', password: 'none' }],
            },
            dolphinscheduler: {
              scaffolder: { repository: repository.path },
              instances: [{ name: 'production', baseUrl: 'http://unused', environment: 'test' }],
            },
          },
        }),
      ],
    });
    base = `http://localhost:${backend.server.port()}/api/scaffolder/v2`;
  });

  afterAll(async () => {
    removeWorkspaces();
    await server?.stop();
  });

  /** Fills the form in, and waits for what comes of it. */
  async function use(template: string, values: JsonObject) {
    const tasks = `${base}/tasks`;
    const started = await fetch(tasks, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        templateRef: `template:default/dolphinscheduler-${template}`,
        values,
      }),
    });
    const { id } = (await started.json()) as { id: string };
    expect([started.status, typeof id]).toEqual([201, 'string']);
    const deadline = Date.now() + PATIENCE_MS;
    let status = 'open';
    while (['open', 'processing'].includes(status) && Date.now() < deadline) {
      await sleep(200);
      ({ status } = (await (await fetch(`${tasks}/${id}`)).json()) as Task);
    }
    const events = (await (await fetch(`${tasks}/${id}/events`)).json()) as TaskEvent[];
    const log = events.map(({ body }) => body.message).join('\n');
    const output = events.find(({ body }) => body.output)?.body.output;
    const text = (title: string) => output?.text?.find(each => each.title === title)?.content;
    return {
      status,
      log,
      links: output?.links?.map(({ title, entityRef }) => [title, entityRef]),
      plan: text('Plan'),
      review: text('Review'),
    };
  }

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
