import { setTimeout as sleep } from 'node:timers/promises';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  dolphinschedulerServiceRef,
  type DolphinSchedulerInstance,
  type WorkflowRow,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { row } from './__testUtils__/rows';
import { knownEntities } from './known-entities';
import catalogModuleDolphinscheduler from '.';

const PATIENCE_MS = 30_000;

function serviceOf(rows: Readonly<Record<string, () => readonly WorkflowRow[]>>) {
  const instances = Object.entries(rows).map(
    ([name, read]) => ({ name, workflows: async () => read() }) as DolphinSchedulerInstance,
  );
  return createServiceFactory({
    service: dolphinschedulerServiceRef,
    deps: {},
    factory: () => ({ instances, instance: name => instances.find(one => one.name === name)! }),
  });
}

describe('the module in a catalog', () => {
  it('brings the workflows of all instances in, and takes a removed one out', async () => {
    let left = [row(), row({ code: 102, id: 'stock', uses: [101] }), row({ code: 103, id: 'old' })];
    const scheduler = mockServices.scheduler();
    const refresh = () =>
      Promise.all(
        ['production', 'staging'].map(name =>
          scheduler.triggerTask(`dolphinscheduler-catalog-${name}`),
        ),
      );
    let services: Parameters<typeof knownEntities>[0] | undefined;
    const look = createBackendModule({
      pluginId: 'catalog',
      moduleId: 'look',
      register(env) {
        env.registerInit({
          deps: { auth: coreServices.auth, catalog: catalogServiceRef },
          async init(deps) {
            services = deps;
          },
        });
      },
    });
    const { server } = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleDolphinscheduler,
        look,
        serviceOf({
          production: () => left,
          staging: () => {
            throw new Error('no answer');
          },
        }),
        mockServices.rootConfig.factory({
          data: { catalog: { processingInterval: { seconds: 1 } } },
        }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
      ],
    });
    const read = async () => {
      const address = `http://localhost:${server.port()}/api/catalog/entities?filter=spec.type=dolphinscheduler-workflow`;
      return (await (await fetch(address)).json()) as Entity[];
    };
    const eventually = async (fits: (entities: readonly Entity[]) => boolean) => {
      const deadline = Date.now() + PATIENCE_MS;
      let entities = await read();
      while (!fits(entities) && Date.now() < deadline) {
        await sleep(200);
        entities = await read();
      }
      return entities;
    };
    await refresh();
    const hasRelations = (entities: readonly Entity[]) =>
      entities.some(({ relations = [] }) => relations.some(({ type }) => type === 'dependsOn'));
    const entities = await eventually(found => found.length === 3 && hasRelations(found));
    expect(entities.map(({ metadata }) => metadata.name).sort()).toEqual([
      'production.sales.old',
      'production.sales.orders',
      'production.sales.stock',
    ]);
    const stock = entities.find(({ metadata }) => metadata.name.endsWith('stock'));
    expect(stock?.relations).toContainEqual({
      type: 'dependsOn',
      targetRef: 'component:default/production.sales.orders',
    });
    const known = (instance: string) => knownEntities(services!, instance);
    expect(await known('production')).toEqual(
      new Set(['old', 'orders', 'stock'].map(id => `component:default/production.sales.${id}`)),
    );
    expect(await known('staging')).toEqual(new Set());
    left = left.slice(0, 2);
    await refresh();
    const after = await eventually(found => found.length === 2);
    expect(after.map(({ metadata }) => metadata.name).sort()).toEqual([
      'production.sales.orders',
      'production.sales.stock',
    ]);
  });
});
