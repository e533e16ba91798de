import type { AuthService } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { DataIndex, readDeclaredData, type DeclaredData } from './declared-data';

const data = (name: string, over: Partial<DeclaredData>): DeclaredData => ({
  ref: `${over.isApi ? 'api' : 'resource'}:default/${name}`,
  isApi: false,
  dataset: name,
  writtenBy: ['shop/extract', 'shop/load'],
  readBy: ['shop/check'],
  ...over,
});

const INDEX = new DataIndex([
  data('orders', { isApi: true }),
  data('orders', {}),
  data('stock', {}),
  data('prices', { dataset: undefined, writtenBy: ['shop/prices'], readBy: [] }),
]);
const NONE = { dependsOn: [], dependencyOf: [], providesApis: [], consumesApis: [] };

describe('what a workflow is linked to', () => {
  it.each([
    ['nothing, by tasks that nobody declares', [{ task: 'other/load' }], NONE],
    [
      'all that its task is declared for',
      [{ task: 'shop/load' }],
      {
        ...NONE,
        dependencyOf: ['resource:default/orders', 'resource:default/stock'],
        providesApis: ['api:default/orders'],
      },
    ],
    [
      'what its input names',
      [{ task: 'shop/load', datasets: ['stock'] }],
      { ...NONE, dependencyOf: ['resource:default/stock'] },
    ],
    [
      'what it reads',
      [{ task: 'shop/check', datasets: ['orders', 'unknown'] }],
      { ...NONE, dependsOn: ['resource:default/orders'], consumesApis: ['api:default/orders'] },
    ],
    [
      'what it makes, where it reads it as well',
      [{ task: 'shop/check' }, { task: 'shop/load', datasets: ['stock'] }],
      {
        dependsOn: ['resource:default/orders'],
        dependencyOf: ['resource:default/stock'],
        providesApis: [],
        consumesApis: ['api:default/orders'],
      },
    ],
    [
      'what no input can name',
      [{ task: 'shop/prices', datasets: ['stock'] }],
      { ...NONE, dependencyOf: ['resource:default/prices'] },
    ],
  ])('is %s', (_, uses, links) => {
    expect(INDEX.linksOf(uses)).toEqual(links);
  });
});

it('is read from the annotations of the catalog', async () => {
  const entity = (kind: string, annotations: Record<string, string>): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name: 'orders', namespace: 'shop', annotations },
  });
  const getEntities = jest.fn(async () => ({
    items: [
      entity('API', { 'dolphinscheduler.dolphinstage.io/written-by': ' shop/load ,shop/clean, ' }),
      entity('Resource', {
        'dolphinscheduler.dolphinstage.io/dataset': 'orders',
        'dolphinscheduler.dolphinstage.io/read-by': 'shop/check',
      }),
    ],
  }));
  const read = await readDeclaredData({
    catalog: { getEntities } as unknown as CatalogService,
    auth: {
      getOwnServiceCredentials: async () => mockCredentials.service(),
    } as Partial<AuthService> as AuthService,
  });
  expect(read).toEqual([
    {
      ref: 'api:shop/orders',
      isApi: true,
      dataset: undefined,
      writtenBy: ['shop/load', 'shop/clean'],
      readBy: [],
    },
    {
      ref: 'resource:shop/orders',
      isApi: false,
      dataset: 'orders',
      writtenBy: [],
      readBy: ['shop/check'],
    },
  ]);
  expect(getEntities).toHaveBeenCalledTimes(1);
});
