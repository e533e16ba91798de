import { renderTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { dolphinSchedulerApiRef, type DolphinSchedulerApi } from '../api';
import {
  sampleDetail,
  sampleList,
  sampleRunDetail,
  sampleWorkflow,
} from '../__testUtils__/samples';
import plugin from '.';

const api: Partial<DolphinSchedulerApi> = {
  workflows: async () => sampleList([sampleWorkflow({ project: 'ware house' })]),
  workflow: async () => sampleDetail({ project: 'ware house' }),
  runs: async () => ({ items: [] }),
  run: async () => sampleRunDetail(),
  log: async () => ({ lines: ['hello'], next: 1, ended: true }),
};

const ANNOTATED = {
  'dolphinscheduler.dolphinstage.io/instance': 'main',
  'dolphinscheduler.dolphinstage.io/project': 'ware house',
  'dolphinscheduler.dolphinstage.io/code': '101',
};

describe('the plugin in the new frontend system', () => {
  it('shows the list, a workflow and a run at its own addresses', async () => {
    await renderTestApp({
      features: [plugin],
      apis: [[dolphinSchedulerApiRef, api as DolphinSchedulerApi]],
      initialRouteEntries: ['/dolphinscheduler'],
      // Of the catalog, which every portal has.
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    });
    // The page is loaded when it is opened, which takes a while here.
    await userEvent.click(
      await screen.findByRole('link', { name: 'Load flights' }, { timeout: 20_000 }),
    );
    expect(await screen.findByRole('heading', { name: 'Load flights' })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('link', { name: /^7 ·/ }));
    expect(
      await screen.findByRole('heading', { name: 'Run 7 of Load flights' }),
    ).toBeInTheDocument();
    await waitFor(() => expect(screen.getByText('hello')).toBeInTheDocument());
  });

  it.each([
    ['dolphinscheduler-workflow', true],
    ['service', false],
  ])('has a tab and a card for components of type %s: %s', async (type, has) => {
    const entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'x', annotations: ANNOTATED },
      spec: { type },
    };
    await renderTestApp({
      extensions: [
        createTestEntityPage({ entity }),
        plugin.getExtension('entity-card:dolphinscheduler'),
      ],
      features: [plugin],
      apis: [[dolphinSchedulerApiRef, api as DolphinSchedulerApi]],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    });
    const card = await screen
      .findByText('Graph, runs and logs', {}, { timeout: 15_000 })
      .catch(() => undefined);
    expect(card !== undefined).toBe(has);
  });
});
