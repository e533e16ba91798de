import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** The list of workflows; everything else is below it. */
export const rootRouteRef = createRouteRef({ id: 'dolphinscheduler' });

/** One workflow. */
export const workflowRouteRef = createSubRouteRef({
  id: 'dolphinscheduler:workflow',
  parent: rootRouteRef,
  path: '/:instance/:project/:code',
});

/** One run of a workflow. */
export const runRouteRef = createSubRouteRef({
  id: 'dolphinscheduler:run',
  parent: rootRouteRef,
  path: '/:instance/:project/:code/runs/:run',
});
