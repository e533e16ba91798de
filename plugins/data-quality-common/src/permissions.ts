import { createPermission, type ResourcePermission } from '@backstage/plugin-permission-common';

/** The resource that permissions are asked about: a data set; its key is its name. @public */
export const DATASET_RESOURCE = 'data-quality-dataset';

const permission = (name: string, action: 'read' | 'update') =>
  createPermission({
    name: `dataquality.${name}`,
    attributes: { action },
    resourceType: DATASET_RESOURCE,
  });

/** One per verb. @public */
export const permissions = {
  /** See a data set's scores and alerts, and why rows are in quarantine. */
  read: permission('read', 'read'),
  /** See what rows in quarantine hold, as far as the contract lets it be shown. */
  readQuarantine: permission('quarantine.read', 'read'),
  /** Send rows in quarantine back to their topic. */
  replay: permission('quarantine.replay', 'update'),
} as const satisfies Record<string, ResourcePermission<typeof DATASET_RESOURCE>>;

/** A verb that is asked for. @public */
export type Verb = keyof typeof permissions;

/** All of them, for a policy or a permission page. @public */
export const dataQualityPermissions = Object.values(permissions);
