import {
  DefaultNamespaceEntityPolicy,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
} from '@backstage/catalog-model';
import { NO_DATA, row } from './__testUtils__/rows';
import { resourceEntity, UsedResources } from './resource-entity';

const POLICY = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);
const SETTINGS = { defaultOwner: 'group:default/data', systems: new Map<string, string>() };

it('says a name, and nothing that leads there', () => {
  const entity = resourceEntity(
    { instance: 'production', kind: 'connection', name: 'shop' },
    'group:default/sales',
  );
  expect(entity).toEqual({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: 'production.connection.shop',
      namespace: 'default',
      title: 'shop',
      description: 'A connection that tasks name; what it leads to is known on the workers only.',
      annotations: {
        'backstage.io/managed-by-location': 'dolphinscheduler:production/connection/shop',
        'backstage.io/managed-by-origin-location': 'dolphinscheduler:production/connection/shop',
        'dolphinscheduler.dolphinstage.io/instance': 'production',
      },
      tags: ['dolphinscheduler'],
    },
    spec: { type: 'dolphinscheduler-connection', owner: 'group:default/sales' },
  });
});

it.each(['🐬', 'Orders (new!)', '../../etc/passwd', '<b>x</b>', 'a'.repeat(255), ' ', 'ORDERS'])(
  'is valid, and its name its own, for a data source called %s',
  async name => {
    const entityOf = (called: string, kind: 'connection' | 'datasource' = 'datasource') =>
      resourceEntity({ instance: 'production', kind, name: called }, 'group:default/data');
    const entity = entityOf(name);
    await expect(POLICY.enforce(entity)).resolves.toBeDefined();
    await expect(resourceEntityV1alpha1Validator.check(entity)).resolves.toBe(true);
    const others = [
      entityOf(`${name}x`),
      entityOf(name.toLowerCase() === name ? `${name} ` : name.toLowerCase()),
      entityOf(name, 'connection'),
    ];
    expect(others.map(other => other.metadata.name)).not.toContain(entity.metadata.name);
  },
);

it('belongs to whom all its workflows belong to, else to nobody in particular', () => {
  const used = new UsedResources(SETTINGS);
  const add = (owner: string, ...connections: string[]) =>
    used.add(row({ owner, data: { ...NO_DATA, connections, datasourceNames: ['shop'] } }));
  add('group:default/sales', 'shop', 'warehouse');
  add('sales', 'shop');
  add('group:default/finance', 'warehouse');
  expect(used.entities().map(({ metadata, spec }) => [metadata.name, spec.owner])).toEqual([
    ['production.connection.shop', 'group:default/sales'],
    ['production.connection.warehouse', 'group:default/data'],
    ['production.datasource.shop', 'group:default/data'],
  ]);
});
