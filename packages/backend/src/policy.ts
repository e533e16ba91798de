import {
  AuthorizeResult,
  isResourcePermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  createDolphinschedulerConditionalDecision,
  dolphinschedulerConditions,
} from '@dolphinstage/plugin-dolphinscheduler-node';
import { permissions, WORKFLOW_RESOURCE_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';

/** Whoever is in it may do everything. */
export const PLATFORM_ENGINEERS = 'group:default/platform-engineers';

/** Deciding about one's own things is no secret of the portal's. */
const FOR_EVERYBODY = ['catalog.entity.read', 'catalog.location.read', 'scaffolder.'];

/**
 * The sample policy: everyone reads, runs and back-fills what their groups own; platform engineers do everything;
 * whoever isn't signed in, nothing. To change a workflow past review takes a platform engineer: teams propose it.
 */
export class Policy implements PermissionPolicy {
  async handle({ permission }: PolicyQuery, user?: PolicyQueryUser): Promise<PolicyDecision> {
    const claims = user?.info.ownershipEntityRefs ?? [];
    if (claims.length === 0) return { result: AuthorizeResult.DENY };
    if (claims.includes(PLATFORM_ENGINEERS)) return { result: AuthorizeResult.ALLOW };
    if (permission.name === permissions.write.name) return { result: AuthorizeResult.DENY };
    if (isResourcePermission(permission, WORKFLOW_RESOURCE_TYPE)) {
      return createDolphinschedulerConditionalDecision(
        permission,
        dolphinschedulerConditions.isOwnedBy({ values: claims }),
      );
    }
    const allowed =
      permission.attributes.action === 'read' ||
      FOR_EVERYBODY.some(name => permission.name.startsWith(name));
    return { result: allowed ? AuthorizeResult.ALLOW : AuthorizeResult.DENY };
  }
}
