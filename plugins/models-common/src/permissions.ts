import { createPermission, type ResourcePermission } from '@backstage/plugin-permission-common';

/** The resource that permissions are asked about: a model; its key is its name. @public */
export const MODEL_RESOURCE = 'models-model';

const permission = (name: string, action: 'read' | 'update') =>
  createPermission({
    name: `models.${name}`,
    attributes: { action },
    resourceType: MODEL_RESOURCE,
  });

/** One per verb. @public */
export const permissions = {
  /** See a model's versions, nights, looks and traffic. */
  read: permission('read', 'read'),
  /** Make another version the live one. */
  switch: permission('switch', 'update'),
} as const satisfies Record<string, ResourcePermission<typeof MODEL_RESOURCE>>;

/** A verb that is asked for. @public */
export type Verb = keyof typeof permissions;

/** All of them, for a policy or a permission page. @public */
export const modelPermissions = Object.values(permissions);
