import { renderTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
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
});
