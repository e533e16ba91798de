import { mockServices } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { datasetEntity } from '../__testUtils__/portal';
import { ownerRef, Owners } from './owners';

const ANNOTATION = 'dataquality.dolphinstage.io/dataset';

function ownersOf(entities: Entity[]): Owners {
  return new Owners({
    catalog: catalogServiceMock({ entities }),
    auth: mockServices.auth(),
    logger: mockServices.logger.mock(),
    maxAgeMs: 0,
  });
}

describe('whose data sets are', () => {
  it('is told by the entity of its name, or by one that is annotated with it', async () => {
    const owners = ownersOf([
      datasetEntity('orders', 'sales'),
      datasetEntity('warehouse-flights', 'group:default/data', { [ANNOTATION]: 'flights' }),
      { ...datasetEntity('database'), spec: { type: 'database', owner: 'sales' } },
    ]);
    expect(await owners.factsOf('orders')).toEqual({
      dataset: 'orders',
      owner: 'group:default/sales',
      entityRef: 'resource:default/orders',
    });
    expect(await owners.factsOf('flights')).toMatchObject({ owner: 'group:default/data' });
    expect(await owners.factsOf('warehouse-flights')).toEqual({ dataset: 'warehouse-flights' });
    expect(await owners.factsOf('database')).toEqual({ dataset: 'database' });
  });

  it.each([
    ['before it', ['mine', 'orders']],
    ['after it', ['orders', 'mine']],
  ])('is nobody’s where another entity claims it, %s', async (_where, order) => {
    const both: Record<string, Entity> = {
      orders: datasetEntity('orders', 'sales'),
      mine: datasetEntity('mine', 'others', { [ANNOTATION]: 'orders' }),
    };
    const owners = ownersOf(order.map(name => both[name]!));
    expect((await owners.factsOf('orders')).owner).toBeUndefined();
  });

  it('is what the catalog has said last, while it does not answer', async () => {
    const catalog = catalogServiceMock({ entities: [datasetEntity('orders')] });
    const logger = mockServices.logger.mock();
    const owners = new Owners({ catalog, auth: mockServices.auth(), logger, maxAgeMs: 0 });
    const before = await owners.factsOf('orders');
    jest.spyOn(catalog, 'getEntities').mockRejectedValue(new Error('away'));
    expect(await owners.factsOf('orders')).toEqual(before);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('away'));
  });

  it.each([
    ['sales', 'group:default/sales'],
    ['user:ann', 'user:default/ann'],
    ['', undefined],
    [':', undefined],
    [7, undefined],
  ])('reads %j as %s', (owner, ref) => expect(ownerRef(owner)).toBe(ref));
});
