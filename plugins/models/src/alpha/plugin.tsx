import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  type OverridableFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { MODEL_ENTITY_TYPE } from '@dolphinstage/plugin-models-common';
import { RiBrainLine } from '@remixicon/react';
import { modelsApiRef, ModelsClient } from '../api';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: modelsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ModelsClient(deps),
    }),
});

const entityContent = EntityContentBlueprint.make({
  params: {
    path: '/model',
    title: 'Model',
    icon: <RiBrainLine />,
    filter: { kind: 'resource', 'spec.type': MODEL_ENTITY_TYPE },
    loader: () => import('../components/EntityContent').then(m => <m.EntityContent />),
  },
});

// Spelled out: what would be inferred lists every extension's types, in an order that isn't always the same.
/**
 * The plugin, for apps of the new frontend system.
 *
 * @public
 */
const plugin: OverridableFrontendPlugin = createFrontendPlugin({
  pluginId: 'models',
  title: 'Models',
  icon: <RiBrainLine />,
  info: { packageJson: () => import('../../package.json') },
  extensions: [api, entityContent],
});

export default plugin;
