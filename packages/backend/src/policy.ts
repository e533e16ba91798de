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
import {
  createDataQualityConditionalDecision,
  dataQualityConditions,
} from '@dolphinstage/plugin-data-quality-backend';
import {
  DATASET_RESOURCE,
  permissions as qualityPermissions,
} from '@dolphinstage/plugin-data-quality-common';
import {
  createModelsConditionalDecision,
  modelConditions,
} from '@dolphinstage/plugin-models-backend';
import {
  MODEL_RESOURCE,
  permissions as modelPermissions,
} from '@dolphinstage/plugin-models-common';
import { permissions, WORKFLOW_RESOURCE_TYPE } from '@dolphinstage/plugin-dolphinscheduler-common';

/** Whoever is in it may do everything. */
export const PLATFORM_ENGINEERS = 'group:default/platform-engineers';

/** Deciding about one's own things is no secret of the portal's. */
const FOR_EVERYBODY = ['catalog.entity.read', 'catalog.location.read', 'scaffolder.'];

/**
 * The sample policy: everyone reads, runs and back-fills what their groups own; platform engineers do everything;
 * whoever isn't signed in, nothing. To change a workflow past review takes a platform engineer: teams propose it. Everyone sees
 * how good data sets are, and what is in quarantine, and replays it, for those that their groups own. Everyone
 * sees how models are; which version is live, the groups that own them decide.
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
    // Scores and alerts are for all who are signed in; rows, and what becomes of them, are their owner's.
    if (
      isResourcePermission(permission, DATASET_RESOURCE) &&
      permission.name !== qualityPermissions.read.name
    ) {
      return createDataQualityConditionalDecision(
        permission,
        dataQualityConditions.isOwnedBy({ values: claims }),
      );
    }
    // What is live is its owner's to decide; how it is, all may see.
    if (
      isResourcePermission(permission, MODEL_RESOURCE) &&
      permission.name !== modelPermissions.read.name
    ) {
      return createModelsConditionalDecision(
        permission,
        modelConditions.isOwnedBy({ values: claims }),
      );
    }
    const allowed =
      permission.attributes.action === 'read' ||
      FOR_EVERYBODY.some(name => permission.name.startsWith(name));
    return { result: allowed ? AuthorizeResult.ALLOW : AuthorizeResult.DENY };
  }
}
