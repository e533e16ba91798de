import {
  ApiBlueprint,
  createFrontendPlugin,
  type OverridableFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import type { PathParams, RouteRef, SubRouteRef } from '@backstage/core-plugin-api';
import { EntityCardBlueprint, EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { WORKFLOW_COMPONENT_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';
import { RiFlowChart } from '@remixicon/react';
import { dolphinSchedulerApiRef, DolphinSchedulerClient } from '../api';
import { rootRouteRef, runRouteRef, workflowRouteRef } from '../routes';
import { formFields } from './form-fields';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: dolphinSchedulerApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DolphinSchedulerClient(deps),
    }),
});

const page = PageBlueprint.make({
  params: {
    path: '/dolphinscheduler',
    title: 'Workflows',
    icon: <RiFlowChart />,
    routeRef: rootRouteRef,
    loader: () => import('../components/Router').then(m => <m.Router />),
  },
});

const ofWorkflows = { kind: 'component', 'spec.type': WORKFLOW_COMPONENT_TYPE };

const entityContent = EntityContentBlueprint.make({
  params: {
    path: '/dolphinscheduler',
    title: 'Workflow',
    icon: <RiFlowChart />,
    filter: ofWorkflows,
    loader: () => import('../components/EntityContent').then(m => <m.EntityContent />),
  },
});

const entityCard = EntityCardBlueprint.make({
  params: {
    filter: ofWorkflows,
    loader: () => import('../components/EntityCard').then(m => <m.EntityCard />),
  },
});

const homeWidget = HomePageWidgetBlueprint.make({
  name: 'trouble',
  params: {
    name: 'WorkflowTrouble',
    title: 'Workflows: what failed, what is late',
    description: 'The workflows whose last run failed, and those that are late.',
    layout: { width: { minColumns: 3, defaultColumns: 6 }, height: { minRows: 3, defaultRows: 5 } },
    components: async () => {
      const { HomeWidget } = await import('../components/HomeWidget');
      return { Content: HomeWidget };
    },
  },
});

// Spelled out: what would be inferred lists every extension's types, in an order that isn't always the same.
/**
 * The plugin, for apps of the new frontend system.
 *
 * @public
 */
const plugin: OverridableFrontendPlugin<{
  root: RouteRef;
  workflow: SubRouteRef<PathParams<'/:instance/:project/:code'>>;
  run: SubRouteRef<PathParams<'/:instance/:project/:code/runs/:run'>>;
}> = createFrontendPlugin({
  pluginId: 'dolphinscheduler',
  title: 'Workflows',
  icon: <RiFlowChart />,
  info: { packageJson: () => import('../../package.json') },
  routes: { root: rootRouteRef, workflow: workflowRouteRef, run: runRouteRef },
  extensions: [api, page, entityContent, entityCard, homeWidget, ...formFields],
});

export default plugin;
