/** The catalog of the portal with what a real DolphinScheduler has: entities, and whether their relations lead anywhere. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { coreServices, createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { stringifyEntityRef, type Entity as KnownEntity } from '@backstage/catalog-model';
import type { EntityStatus } from '@backstage/catalog-model/alpha';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { createClient, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import catalogModuleDolphinscheduler from '@dolphinstage/plugin-catalog-backend-module-dolphinscheduler';
import {
  apply,
  bundlePacks,
  defineWorkflow,
  outcomeError,
  plan,
  shell,
  sql,
  startRun,
  synth,
  waitForRun,
  type Model,
  type PlanOptions,
  type Workflow,
} from '@dolphinstage/workflows';
import localText from './local-text';

/** As the catalog shows it. */
type Entity = KnownEntity & { status?: EntityStatus };

jest.setTimeout(240_000);

const PATIENCE_MS = 120_000;
const ROUNDS = 3;
// eslint-disable-next-line no-restricted-syntax
const ROOT = join(__dirname, '..', '..', '..');

const DATASETS = [
  'airlines',
  'airports',
  'departments',
  'employees',
  'flights',
  'jobs',
  'planes',
  'weather',
];

describe('the catalog, on a real DolphinScheduler', () => {
  const name = `catalog-test-${randomUUID().slice(0, 8)}`;
  const project = name;
  const folder = mkdtempSync(join(tmpdir(), 'catalog-test-'));
  let client: DolphinSchedulerClient;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;
  let datasource: number | undefined;
  let model: Model;
  let options: PlanOptions;
  const scheduler = mockServices.scheduler();

  const refresh = () => scheduler.triggerTask('dolphinscheduler-catalog-test');

  async function entities(filter = ''): Promise<Entity[]> {
    const address = `http://localhost:${backend.server.port()}/api/catalog/entities?${filter}`;
    return (await (await fetch(address)).json()) as Entity[];
  }

  /** The entity, as soon as it fits. */
  async function eventually(ref: string, fits: (entity: Entity) => boolean): Promise<Entity> {
    const deadline = Date.now() + PATIENCE_MS;
    let last: Entity | undefined;
    while (Date.now() < deadline) {
      await refresh();
      last = (await entities()).find(entity => stringifyEntityRef(entity) === ref);
      if (last && fits(last)) return last;
      await sleep(500);
    }
    throw new Error(`${ref} never became what was expected; it is ${JSON.stringify(last)}`);
  }

  const targets = ({ relations = [] }: Entity, type: string) =>
    relations
      .filter(relation => relation.type === type)
      .map(({ targetRef }) => targetRef)
      .sort();

  beforeAll(async () => {
    const { dolphinscheduler, postgres } = testPlatform();
    const { url, user, password, tenant } = dolphinscheduler;
    client = await createClient({ url, user, password });
    const token = await client.users.createToken(
      (await client.currentUser()).id,
      new Date(Date.now() + 3_600_000),
    );
    const made = await client.datasources.create({
      name,
      type: 'POSTGRESQL',
      ...postgres,
      database: 'postgres',
      description: 'for a test',
    });
    datasource = made.id;
    const of = { project, owner: 'group:default/data-platform', environment: null } as const;
    const report = defineWorkflow({ ...of, id: 'report' }, ({ task }) => {
      task('count', sql({ type: 'POSTGRESQL', datasource: name, sql: 'select 1' }));
    });
    const failing = defineWorkflow({ ...of, id: 'failing' }, ({ task }) => {
      task('fail', shell({ script: 'exit 1' }));
    });
    const { default: own } = jest.requireActual<{ default: Workflow }>(
      join(ROOT, 'tasks/warehouse/workflow.ts'),
    );
    const warehouse = {
      ...own,
      options: { ...own.options, project, environment: null, schedule: undefined },
    };
    model = synth([warehouse, report, failing]);
    options = {
      target: 'test',
      tenant,
      environment: 'none',
      delivery: { kind: 'path', folder },
      bundles: await bundlePacks(
        [{ name: 'warehouse', folder: join(ROOT, 'tasks', 'warehouse') }],
        folder,
      ),
    };
    const { workflows } = await apply(client, await plan(client, model, options));
    const faults = workflows.map(outcomeError).filter(fault => fault !== undefined);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    const file = (target: string, allow: string[]) => ({
      type: 'file',
      target: join(ROOT, target),
      rules: [{ allow }],
    });
    backend = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleDolphinscheduler,
        localText,
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        mockServices.rootConfig.factory({
          data: {
            catalog: {
              processingInterval: { seconds: 5 },
              locations: [
                file('catalog-info.yaml', ['Component', 'System', 'API', 'Resource', 'Location']),
                file('packages/backend/demo/org.yaml', ['User', 'Group']),
              ],
            },
            dolphinscheduler: {
              cache: { definitions: 0, runs: 0 },
              instances: [{ name: 'test', baseUrl: url, token }],
            },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend?.stop();
    rmSync(folder, { recursive: true, force: true });
    const found = await client.projects.find(project);
    for (const { code } of found ? await client.workflows.list(found.code) : []) {
      await client.workflows.release(found!.code, code, 'OFFLINE');
      await client.workflows.delete(found!.code, code);
    }
    if (datasource !== undefined) await client.datasources.delete(datasource);
  });

  it('leads from the warehouse workflow to connections, data sets, contracts, system and owner', async () => {
    const warehouse = await eventually(
      `component:default/test.${project}.warehouse-etl`,
      entity => targets(entity, 'providesApi').length === DATASETS.length,
    );
    expect(targets(warehouse, 'dependsOn')).toEqual(
      ['hr-oracle', 'staging', 'transactions', 'uploads', 'warehouse', 'weather-api'].map(
        connection => `resource:default/test.connection.${connection}`,
      ),
    );
    expect(targets(warehouse, 'dependencyOf')).toEqual(
      DATASETS.map(dataset => `resource:default/warehouse-${dataset}`),
    );
    expect(targets(warehouse, 'providesApi')).toEqual(
      DATASETS.map(dataset => `api:default/warehouse-${dataset}`),
    );
    expect(targets(warehouse, 'partOf')).toEqual(['system:default/warehouse']);
    expect(targets(warehouse, 'ownedBy')).toEqual(['group:default/data-platform']);
  });

  it('leads nowhere that there is nothing', async () => {
    let dangling: string[] = [];
    const deadline = Date.now() + PATIENCE_MS;
    do {
      const all = await entities();
      const known = new Set(all.map(stringifyEntityRef));
      dangling = all.flatMap(entity =>
        (entity.relations ?? [])
          .filter(({ targetRef }) => !known.has(targetRef))
          .map(({ type, targetRef }) => `${stringifyEntityRef(entity)} ${type} ${targetRef}`)
          // Other workflows of this DolphinScheduler belong to other suites' made up owners.
          .filter(each => each.includes(project) || !each.includes(':default/test.')),
      );
      if (dangling.length > 0) await sleep(500);
    } while (dangling.length > 0 && Date.now() < deadline);
    expect(dangling).toEqual([]);
    const all = await entities();
    const faulty = all.filter(({ status }) =>
      JSON.stringify(status ?? {}).includes('catalog-processing'),
    );
    expect(faulty.map(stringifyEntityRef)).toEqual([]);
  });

  it('shows a contract as it stands in the pack, and who provides it', async () => {
    const provider = `component:default/test.${project}.warehouse-etl`;
    const api = await eventually('api:default/warehouse-flights', entity =>
      targets(entity, 'apiProvidedBy').includes(provider),
    );
    const contract = readFileSync(join(ROOT, 'tasks/warehouse/contracts/flights.json'), 'utf8');
    expect(api.spec).toMatchObject({ type: 'json-schema', definition: contract });
  });

  it('leads from a task of DolphinScheduler itself to its data source, of which only the name is shown', async () => {
    const report = await eventually(
      `component:default/test.${project}.report`,
      entity => targets(entity, 'dependsOn').length > 0,
    );
    const ref = `resource:default/test.datasource.${name}`;
    expect(targets(report, 'dependsOn')).toEqual([ref]);
    const resource = await eventually(ref, () => true);
    expect(resource.spec).toEqual({
      type: 'dolphinscheduler-datasource',
      owner: 'group:default/data-platform',
    });
    const { host, password } = testPlatform().postgres;
    expect(JSON.stringify(resource)).not.toContain(host);
    expect(JSON.stringify(resource)).not.toContain(password);
  });

  it('says how the last run ended, and that somebody has edited it', async () => {
    const ref = `component:default/test.${project}.failing`;
    expect((await eventually(ref, () => true)).status).toBeUndefined();
    const run = await startRun(client, { workflow: `${project}/failing` });
    await waitForRun(client, run);
    const status = (entity: Entity) =>
      (entity.status?.items ?? []).map(({ type, level }) => `${level} ${type.split('/')[1]}`);
    await eventually(ref, entity => String(status(entity)) === 'error last-run');
    const { code } = (await client.projects.find(project))!;
    const listed = await client.workflows.list(code);
    const definition = await client.workflows.get(
      code,
      listed.find(each => each.name === 'failing')!.code,
    );
    await client.workflows.release(code, definition!.code, 'OFFLINE');
    await client.workflows.update(code, definition!.code, { ...definition!, timeout: 30 });
    await client.workflows.release(code, definition!.code, 'ONLINE');
    await eventually(ref, entity => String(status(entity)) === 'error last-run,warning drift');
  });

  it('asks DolphinScheduler no more for what workflows work on', async () => {
    await refresh();
    const { code } = (await client.projects.find(project))!;
    const asked: string[] = [];
    const note = (message: unknown) => {
      const { method, path } = (message as { request: ClientRequest }).request;
      const place = path.split('?')[0]!.split('/dolphinscheduler')[1] ?? '';
      // Data sources are asked for when any project, another suite's too, has a new one: datasources.test.ts.
      if (place.startsWith(`/projects/${code}/`)) {
        asked.push(`${method} ${place.replace(`/projects/${code}`, '')}`);
      }
    };
    subscribe('http.client.request.start', note);
    // It is read behind the answer: what a refresh sets off has been asked when the next ones have.
    const deadline = Date.now() + PATIENCE_MS;
    while (asked.filter(call => call.endsWith('/all')).length < ROUNDS && Date.now() < deadline) {
      await refresh();
      await sleep(100);
    }
    unsubscribe('http.client.request.start', note);
    // Of a project with three workflows as of one with thousands.
    expect([...new Set(asked)].map(call => call.replace(/\d+$/, '*')).sort()).toEqual([
      // Of one of its workflows, for the name of the tenant.
      'GET /process-definition/*',
      'GET /process-definition/all',
      'GET /process-instances',
      'POST /schedules/list',
    ]);
  });

  it('asks for no write where nothing has changed', async () => {
    const { workflows } = await plan(client, model, options);
    expect(workflows.map(({ id, action }) => [id, action])).toEqual([
      ['failing', 'drifted'],
      ['report', 'unchanged'],
      ['warehouse-etl', 'unchanged'],
    ]);
  });
});
