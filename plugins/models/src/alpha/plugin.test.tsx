import { renderTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { modelsApiRef, type ModelsApi } from '../api';
import { sampleModel } from '../__testUtils__/samples';
import plugin from '.';

const asked: string[] = [];
const api: Partial<ModelsApi> = {
  model: async name => {
    asked.push(name);
    return sampleModel({ name });
  },
};

async function openTab(entity: { kind: string; type: string; annotations?: object }) {
  const { kind, type, annotations = {} } = entity;
  await renderTestApp({
    extensions: [
      createTestEntityPage({
        entity: {
          apiVersion: 'backstage.io/v1alpha1',
          kind,
          metadata: { name: 'churn', annotations: { ...annotations } },
          spec: { type },
        },
      }),
      plugin.getExtension('entity-content:models'),
    ],
    features: [plugin],
    apis: [[modelsApiRef, api as ModelsApi]],
    initialRouteEntries: ['/model'],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return screen
    .findByRole('heading', { name: 'Versions' }, { timeout: 15_000 })
    .catch(() => undefined);
}

describe('the tab Model', () => {
  beforeEach(() => asked.splice(0));

  it('is on the page of a model', async () => {
    expect(await openTab({ kind: 'Resource', type: 'ml-model' })).toBeInTheDocument();
    expect(asked).toEqual(['churn']);
  });

  it('asks for the model that the entity is annotated with', async () => {
    const annotations = { 'models.dolphinstage.io/model': 'shop-churn' };
    expect(await openTab({ kind: 'Resource', type: 'ml-model', annotations })).toBeInTheDocument();
    expect(asked).toEqual(['shop-churn']);
  });

  it.each([
    ['Resource', 'database'],
    ['Component', 'ml-model'],
  ])('is not on a %s of type %s', async (kind, type) => {
    expect(await openTab({ kind, type })).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
