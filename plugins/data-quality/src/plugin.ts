import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import type { JSX } from 'react';
import { dataQualityApiRef, DataQualityClient } from './api';

/**
 * The plugin, for apps of the legacy frontend system.
 *
 * @public
 */
export const dataQualityPlugin = createPlugin({
  id: 'data-quality',
  apis: [
    createApiFactory({
      api: dataQualityApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DataQualityClient(deps),
    }),
  ],
});

/**
 * The tab of a data set's entity: mount it at `/quality`, where links in alerts lead.
 *
 * @public
 */
export const EntityDataQualityContent = dataQualityPlugin.provide(
  createComponentExtension({
    name: 'EntityDataQualityContent',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/EntityContent').then(m => m.EntityContent),
    },
  }),
);
