import {
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import {
  withUniqueIds,
  workflowEntityName,
  workflowEntityRef,
} from '@dolphinstage/plugin-dolphinscheduler-common';
import { NO_DATA, row } from './__testUtils__/rows';
import { workflowEntity } from './entity';

const NO_LINKS = {
  used: [],
  data: { dependsOn: [], dependencyOf: [], providesApis: [], consumesApis: [] },
};

const SETTINGS = {
  defaultOwner: 'group:default/data',
  systems: new Map([['sales', 'system:default/shop']]),
};

const POLICY = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

const HOSTILE_NAMES = [
  '🐬',
  '订单每日汇总',
  '订单每日汇总 2',
  'Orders every day (new!)',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'a'.repeat(255),
  `${'a'.repeat(254)}b`,
  ' ',
  'ORDERS',
  'orders',
  'or.ders',
  '-orders-',
];

describe('the name of an entity', () => {
  it('says instance, project and id where they say it all', () => {
    expect(workflowEntityRef(row())).toBe('component:default/production.sales.orders');
  });

  it('stays when the workflow is called otherwise, and when it is made anew', () => {
    expect(workflowEntityName(row({ name: 'Other', code: 7 }))).toBe(workflowEntityName(row()));
  });

  it('is the same in every process', () => {
    expect(workflowEntityName(row({ id: undefined, name: '订单每日汇总' }))).toBe(
      'production.sales_3a0a9lsazadjv',
    );
  });

  it.each([
    ['projects', row(), row({ project: 'finance' })],
    [
      'parts that could be read otherwise',
      row({ project: 'a-b', id: 'c' }),
      row({ project: 'a', id: 'b-c' }),
    ],
    [
      'dots in parts',
      row({ instance: 'a.b', project: 'c' }),
      row({ instance: 'a', project: 'b.c' }),
    ],
    ['capitals', row({ project: 'Sales' }), row({ project: 'sales' })],
    ['an id and a name', row({ id: 'orders' }), row({ id: undefined, name: 'orders' })],
    [
      'long ids with one beginning',
      row({ project: 'p'.repeat(60), id: 'a' }),
      row({ project: 'p'.repeat(60), id: 'b' }),
    ],
  ])('tells %s apart', (_, one, other) => {
    expect(workflowEntityName(one)).not.toBe(workflowEntityName(other));
  });

  it('is short, valid and unique for every name that people give', async () => {
    const rows = HOSTILE_NAMES.flatMap(name =>
      HOSTILE_NAMES.map(project => row({ id: undefined, name, project })),
    );
    const entities = rows.map(each => workflowEntity(each, NO_LINKS, SETTINGS));
    for (const entity of entities) {
      await expect(POLICY.enforce(entity)).resolves.toBeDefined();
      await expect(componentEntityV1alpha1Validator.check(entity)).resolves.toBe(true);
    }
    expect(new Set(entities.map(stringifyEntityRef)).size).toBe(rows.length);
  });
});

describe('copies that were made in DolphinScheduler', () => {
  const copy = row({ code: 205, name: 'Orders_copy_20261127' });

  it('go by their names, in whatever order they come', () => {
    const ids = (rows: ReturnType<typeof withUniqueIds>) => rows.map(({ code, id }) => [code, id]);
    expect(ids(withUniqueIds([copy, row()]))).toEqual([
      [205, undefined],
      [101, 'orders'],
    ]);
    expect(ids(withUniqueIds([row({ name: 'x' }), row({ code: 300, name: 'orders' })]))).toEqual([
      [101, undefined],
      [300, 'orders'],
    ]);
  });

  it('are none where only another project has the id', () => {
    const rows = [row(), row({ code: 102, project: 'finance' })];
    expect(withUniqueIds(rows)).toEqual(rows);
  });
});

describe('an entity', () => {
  it('says what there is to know of a workflow', async () => {
    const used = [row({ code: 2, id: 'stock' }), row({ code: 3, id: 'customers' })];
    const schedule = { cron: '0 0 6 * * ? *', timeZone: 'UTC', active: true };
    const entity = workflowEntity(row({ schedule }), { ...NO_LINKS, used }, SETTINGS);
    await expect(POLICY.enforce(entity)).resolves.toBeDefined();
    expect(entity).toEqual({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'production.sales.orders',
        namespace: 'default',
        title: 'Orders',
        description: 'All orders.',
        annotations: {
          'backstage.io/managed-by-location': 'dolphinscheduler:production/sales/101',
          'backstage.io/managed-by-origin-location': 'dolphinscheduler:production/sales/101',
          'dolphinscheduler.dolphinstage.io/instance': 'production',
          'dolphinscheduler.dolphinstage.io/project': 'sales',
          'dolphinscheduler.dolphinstage.io/code': '101',
        },
        labels: {
          'dolphinscheduler.dolphinstage.io/state': 'online',
          'dolphinscheduler.dolphinstage.io/schedule': 'active',
        },
        tags: ['dolphinscheduler', 'online'],
      },
      spec: {
        type: 'dolphinscheduler-workflow',
        lifecycle: 'production',
        owner: 'group:default/sales',
        system: 'system:default/shop',
        dependsOn: [
          'component:default/production.sales.customers',
          'component:default/production.sales.stock',
        ],
      },
    });
  });

  it('leads to what its tasks work on', async () => {
    const data = {
      ...NO_DATA,
      connections: ['shop', 'warehouse'],
      datasourceNames: ['Reports (new)'],
    };
    const entity = workflowEntity(
      row({ data }),
      {
        used: [row({ code: 2, id: 'stock' })],
        data: {
          dependsOn: ['resource:default/prices'],
          dependencyOf: ['resource:default/orders'],
          providesApis: ['api:default/orders'],
          consumesApis: ['api:default/prices'],
        },
      },
      SETTINGS,
    );
    await expect(POLICY.enforce(entity)).resolves.toBeDefined();
    await expect(componentEntityV1alpha1Validator.check(entity)).resolves.toBe(true);
    expect(entity.spec).toMatchObject({
      dependsOn: [
        'component:default/production.sales.stock',
        'resource:default/prices',
        'resource:default/production.connection.shop',
        'resource:default/production.connection.warehouse',
        expect.stringMatching(/^resource:default\/production\.datasource\.reports-new_/),
      ],
      dependencyOf: ['resource:default/orders'],
      providesApis: ['api:default/orders'],
      consumesApis: ['api:default/prices'],
    });
  });

  it.each([
    ['warehouse', 'system:default/warehouse'],
    ['system:test/warehouse', 'system:test/warehouse'],
    // Of its project, as the configuration has it.
    [undefined, 'system:default/shop'],
    ['<b>none</b>', 'system:default/shop'],
  ])('with the system %s is a part of %s', (system, expected) => {
    expect(workflowEntity(row({ system }), NO_LINKS, SETTINGS).spec.system).toBe(expected);
  });

  it('says how the last run ended, and drift, in labels', () => {
    const { metadata } = workflowEntity(row({ drifted: true }), NO_LINKS, SETTINGS, 'failed');
    expect(metadata.labels).toEqual({
      'dolphinscheduler.dolphinstage.io/state': 'online',
      'dolphinscheduler.dolphinstage.io/schedule': 'none',
      'dolphinscheduler.dolphinstage.io/last-run': 'failed',
      'dolphinscheduler.dolphinstage.io/drift': 'edited',
    });
  });

  it.each([
    [undefined, 'group:default/data'],
    ['<b>nobody</b>', 'group:default/data'],
    ['sales', 'group:default/sales'],
    ['user:default/Anna', 'user:default/anna'],
  ])('with the owner %s belongs to %s', (owner, expected) => {
    expect(workflowEntity(row({ owner }), NO_LINKS, SETTINGS).spec.owner).toBe(expected);
  });

  it('says that a schedule is paused, and that a workflow is offline', () => {
    const schedule = { cron: '0 0 6 * * ? *', timeZone: 'UTC', active: false };
    const { metadata } = workflowEntity(row({ schedule, online: false }), NO_LINKS, SETTINGS);
    expect(metadata.tags).toEqual(['dolphinscheduler', 'offline', 'paused']);
    expect(Object.values(metadata.labels ?? {})).toEqual(['offline', 'paused']);
  });
});
