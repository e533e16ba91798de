import { renderTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { dataQualityApiRef, type DataQualityApi } from '../api';
import { sampleQuality } from '../__testUtils__/samples';
import plugin from '.';

const asked: string[] = [];
const api: Partial<DataQualityApi> = {
  quality: async dataset => {
    asked.push(dataset);
    return sampleQuality({ dataset });
  },
  quarantine: async () => ({ items: [], more: false, values: 'shown' }),
};

async function openTab(entity: { kind: string; type: string; annotations?: object }) {
  const { kind, type, annotations = {} } = entity;
  await renderTestApp({
    extensions: [
      createTestEntityPage({
        entity: {
          apiVersion: 'backstage.io/v1alpha1',
          kind,
          metadata: { name: 'orders', annotations: { ...annotations } },
          spec: { type },
        },
      }),
      plugin.getExtension('entity-content:data-quality'),
    ],
    features: [plugin],
    apis: [[dataQualityApiRef, api as DataQualityApi]],
    initialRouteEntries: ['/quality'],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return screen
    .findByRole('heading', { name: 'Quarantine' }, { timeout: 15_000 })
    .catch(() => undefined);
}

describe('the tab Quality', () => {
  beforeEach(() => asked.splice(0));

  it('is where links in alerts lead', async () => {
    expect(await openTab({ kind: 'Resource', type: 'dataset' })).toBeInTheDocument();
    expect(asked).toEqual(['orders']);
  });

  it('asks for the data set that the entity is annotated with', async () => {
    const annotations = { 'dataquality.dolphinstage.io/dataset': 'shop_orders' };
    expect(await openTab({ kind: 'Resource', type: 'dataset', annotations })).toBeInTheDocument();
    expect(asked).toEqual(['shop_orders']);
  });

  it.each([
    ['Resource', 'database'],
    ['Component', 'dataset'],
  ])('is not on a %s of type %s', async (kind, type) => {
    expect(await openTab({ kind, type })).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
