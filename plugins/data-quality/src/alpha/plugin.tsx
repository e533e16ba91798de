import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  type OverridableFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { DATASET_ENTITY_TYPE } from '@dolphinstage/plugin-data-quality-common';
import { RiPulseLine } from '@remixicon/react';
import { dataQualityApiRef, DataQualityClient } from '../api';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: dataQualityApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DataQualityClient(deps),
    }),
});

const entityContent = EntityContentBlueprint.make({
  params: {
    // Links in alerts lead here.
    path: '/quality',
    title: 'Quality',
    icon: <RiPulseLine />,
    filter: { kind: 'resource', 'spec.type': DATASET_ENTITY_TYPE },
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
  pluginId: 'data-quality',
  title: 'Data quality',
  icon: <RiPulseLine />,
  info: { packageJson: () => import('../../package.json') },
  extensions: [api, entityContent],
});

export default plugin;
