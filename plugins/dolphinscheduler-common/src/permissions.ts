import { createPermission, type ResourcePermission } from '@backstage/plugin-permission-common';

/** The resource that permissions are asked about: a workflow; its key is {@link workflowKey}. @public */
export const WORKFLOW_RESOURCE_TYPE = 'dolphinscheduler-workflow';

const permission = (name: string, action: 'read' | 'create' | 'update' | 'delete') =>
  createPermission({
    name: `dolphinscheduler.${name}`,
    attributes: { action },
    resourceType: WORKFLOW_RESOURCE_TYPE,
  });

/** One per verb. @public */
export const permissions = {
  /** See a workflow, its runs and its tasks. */
  read: permission('workflow.read', 'read'),
  /** See what tasks have written. */
  readLog: permission('log.read', 'read'),
  /** Start it. */
  run: permission('workflow.run', 'create'),
  /** Start it for times that are past. */
  backfill: permission('workflow.backfill', 'create'),
  /** Pause, resume, stop and repeat its runs. */
  control: permission('run.control', 'update'),
  /** Pause and resume its schedule. */
  schedule: permission('schedule.update', 'update'),
  /** Change it: plan, apply, import. */
  write: permission('workflow.write', 'update'),
} as const satisfies Record<string, ResourcePermission<typeof WORKFLOW_RESOURCE_TYPE>>;

/** A verb that is asked for. @public */
export type Verb = keyof typeof permissions;

/** All of them, for a policy or a permission page. @public */
export const dolphinschedulerPermissions = Object.values(permissions);
