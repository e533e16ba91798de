/** The templates as people use them: through the scaffolder, from the form's values to DolphinScheduler. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import type { JsonObject } from '@backstage/types';
import { ANNOTATIONS } from '@dolphinstage/plugin-dolphinscheduler-common';
import { dolphinschedulerServiceRef } from '@dolphinstage/plugin-dolphinscheduler-node';
// Helpers of tests, which no package exports.
// eslint-disable-next-line @backstage/no-forbidden-package-imports
import { createInUi } from '@dolphinstage/workflows/src/__testUtils__/ui-workflow';
import { parse } from 'yaml';
import { startDouble, type ActionServer } from './__testUtils__/server';
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
      readonly links?: readonly { readonly entityRef?: string }[];
      readonly text?: readonly { readonly content?: string }[];
    };
  };
}

describe('templates in a scaffolder', () => {
  let server: ActionServer;
  let base: string;
  let handMade: number;

  beforeAll(async () => {
    server = await startDouble();
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
            dolphinscheduler: {
              instances: [{ name: 'production', baseUrl: 'http://unused', environment: 'test' }],
            },
          },
        }),
      ],
    });
    base = `http://localhost:${backend.server.port()}/api/scaffolder/v2/tasks`;
  });

  afterAll(() => server?.stop());

  /** Fills the form in, and waits for what comes of it. */
  async function use(template: string, values: JsonObject) {
    const started = await fetch(base, {
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
      ({ status } = (await (await fetch(`${base}/${id}`)).json()) as Task);
    }
    const events = (await (await fetch(`${base}/${id}/events`)).json()) as TaskEvent[];
    const log = events.map(({ body }) => body.message).join('\n');
    const output = events.find(({ body }) => body.output)?.body.output;
    return {
      status,
      log,
      entityRef: output?.links?.[0]?.entityRef,
      plan: output?.text?.[0]?.content,
    };
  }

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
  };

  it('only look where that is asked for', async () => {
    const { status, log, plan } = await use('workflow-from-scratch', {
      ...SCRATCH,
      planOnly: true,
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('1 create')]);
    expect(plan).toContain('orders');
    expect(await live('2026')).toEqual([]);
  });

  it('make a workflow of what the form says', async () => {
    const { status, log, entityRef } = await use('workflow-from-scratch', SCRATCH);
    expect([status, log]).toEqual(['completed', expect.stringContaining('2026/orders: create')]);
    expect(entityRef).toBe('component:default/production.2026.orders');
    const [workflow] = await live('2026');
    expect(workflow).toMatchObject({ name: 'orders', releaseState: 'ONLINE' });
    expect(workflow?.tasks.map(({ name, taskParams }) => [name, taskParams.rawScript])).toEqual([
      ['first', '42'],
      ['second', undefined],
    ]);
  });

  it('take a workflow under code that was made by hand, and change nothing else of it', async () => {
    const [before] = await live('by-hand');
    const { status, log, entityRef } = await use('take-under-code', {
      workflow: HAND_MADE,
      owner: 'group:default/sales',
    });
    expect([status, log]).toEqual(['completed', expect.stringContaining('adopt')]);
    expect(entityRef).toMatch(/^component:default\/production\.by-hand\./);
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
});
