import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import type { JSX } from 'react';
import { modelsApiRef, ModelsClient } from './api';

/**
 * The plugin, for apps of the legacy frontend system.
 *
 * @public
 */
export const modelsPlugin = createPlugin({
  id: 'models',
  apis: [
    createApiFactory({
      api: modelsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ModelsClient(deps),
    }),
  ],
});

/**
 * The tab of a model's entity: mount it at `/model`.
 *
 * @public
 */
export const EntityModelContent = modelsPlugin.provide(
  createComponentExtension({
    name: 'EntityModelContent',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/EntityContent').then(m => m.EntityContent),
    },
  }),
);
