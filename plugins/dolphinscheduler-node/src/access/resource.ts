import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import { WORKFLOW_RESOURCE_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { WorkflowRow } from '../rows';

/**
 * What rules know of a workflow: also of one that isn't there yet.
 *
 * @public
 */
export type WorkflowFacts = Pick<WorkflowRow, 'instance' | 'project' | 'owner' | 'tenant'>;

/**
 * Tells of a workflow whether it fits.
 *
 * @public
 */
export type WorkflowFilter = (workflow: WorkflowFacts) => boolean;

/** What permissions are asked about. @public */
export const workflowResourceRef = createPermissionResourceRef<
  WorkflowFacts,
  WorkflowFilter
>().with({
  pluginId: 'dolphinscheduler',
  resourceType: WORKFLOW_RESOURCE_TYPE,
});
