import { createPermissionResourceRef } from '@backstage/plugin-permission-node';
import { WORKFLOW_RESOURCE_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { WorkflowRow } from '@dolphinstage/plugin-dolphinscheduler-node';

/** Tells of a workflow whether it fits. */
export type WorkflowFilter = (workflow: WorkflowRow) => boolean;

/** What permissions are asked about. @public */
export const workflowResourceRef = createPermissionResourceRef<WorkflowRow, WorkflowFilter>().with({
  pluginId: 'dolphinscheduler',
  resourceType: WORKFLOW_RESOURCE_TYPE,
});
