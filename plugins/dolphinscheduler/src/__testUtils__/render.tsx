import type { ReactElement } from 'react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { dolphinSchedulerApiRef, type DolphinSchedulerApi } from '../api';
import { rootRouteRef } from '../routes';

/** A backend of which a test needs only some calls; any other call fails the test that makes it. */
export type PartialApi = Partial<DolphinSchedulerApi>;

/** Renders a part of the plugin in an app that has its pages at `/dolphinscheduler`. */
export async function renderWith(api: PartialApi, element: ReactElement, at = '/') {
  return renderInTestApp(
    <TestApiProvider apis={[[dolphinSchedulerApiRef, api as DolphinSchedulerApi]]}>
      {element}
    </TestApiProvider>,
    {
      routeEntries: [at],
      mountedRoutes: {
        '/dolphinscheduler': rootRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
    },
  );
}
