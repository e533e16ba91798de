import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { createScaffolderFieldExtension } from '@backstage/plugin-scaffolder-react';
import type { JSX } from 'react';
import { dolphinSchedulerApiRef, DolphinSchedulerClient } from './api';
import {
  ConnectionField,
  DatasourceField,
  InstanceField,
  ProjectField,
  ScheduleField,
} from './components/form/fields';
import { rootRouteRef, runRouteRef, workflowRouteRef } from './routes';

/**
 * The plugin, for apps of the legacy frontend system.
 *
 * @public
 */
export const dolphinSchedulerPlugin = createPlugin({
  id: 'dolphinscheduler',
  apis: [
    createApiFactory({
      api: dolphinSchedulerApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DolphinSchedulerClient(deps),
    }),
  ],
  routes: { root: rootRouteRef, workflow: workflowRouteRef, run: runRouteRef },
});

/**
 * All workflows, one workflow, one run: mount it at `/dolphinscheduler`.
 *
 * @public
 */
export const DolphinSchedulerPage = dolphinSchedulerPlugin.provide(
  createRoutableExtension({
    name: 'DolphinSchedulerPage',
    component: (): Promise<() => JSX.Element> =>
      import('./components/LegacyPage').then(m => m.LegacyPage),
    mountPoint: rootRouteRef,
  }),
);

/**
 * The tab of a workflow's entity.
 *
 * @public
 */
export const EntityDolphinSchedulerContent = dolphinSchedulerPlugin.provide(
  createComponentExtension({
    name: 'EntityDolphinSchedulerContent',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/EntityContent').then(m => m.EntityContent),
    },
  }),
);

/**
 * The card of a workflow's entity.
 *
 * @public
 */
export const EntityDolphinSchedulerCard = dolphinSchedulerPlugin.provide(
  createComponentExtension({
    name: 'EntityDolphinSchedulerCard',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/EntityCard').then(m => m.EntityCard),
    },
  }),
);

/**
 * Fields of templates' forms: mount them below `<ScaffolderFieldExtensions>`.
 *
 * @public
 */
export const DolphinSchedulerInstanceField = dolphinSchedulerPlugin.provide(
  createScaffolderFieldExtension({ name: 'DolphinSchedulerInstance', component: InstanceField }),
);

/** @public */
export const DolphinSchedulerProjectField = dolphinSchedulerPlugin.provide(
  createScaffolderFieldExtension({ name: 'DolphinSchedulerProject', component: ProjectField }),
);

/** @public */
export const DolphinSchedulerConnectionField = dolphinSchedulerPlugin.provide(
  createScaffolderFieldExtension({
    name: 'DolphinSchedulerConnection',
    component: ConnectionField,
  }),
);

/** @public */
export const DolphinSchedulerDatasourceField = dolphinSchedulerPlugin.provide(
  createScaffolderFieldExtension({
    name: 'DolphinSchedulerDatasource',
    component: DatasourceField,
  }),
);

/** @public */
export const DolphinSchedulerScheduleField = dolphinSchedulerPlugin.provide(
  createScaffolderFieldExtension({ name: 'DolphinSchedulerSchedule', component: ScheduleField }),
);
