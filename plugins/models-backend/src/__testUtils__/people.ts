import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import { MODEL_RESOURCE } from '@dolphinstage/plugin-models-common';
import { createModelsConditionalDecision, modelConditions } from '..';

export const OWNERS = 'group:default/sales';
const OTHERS = 'group:default/others';

const DENIED: PolicyDecision = { result: AuthorizeResult.DENY };

function owned(permission: Permission, group: string): PolicyDecision {
  return isResourcePermission(permission, MODEL_RESOURCE)
    ? createModelsConditionalDecision(permission, modelConditions.isOwnedBy({ values: [group] }))
    : DENIED;
}

const MAY: Readonly<Record<string, (permission: Permission) => PolicyDecision>> = {
  owner: permission => owned(permission, OWNERS),
  other: permission => owned(permission, OTHERS),
  reader: permission => (permission.name === 'models.read' ? owned(permission, OWNERS) : DENIED),
  admin: () => ({ result: AuthorizeResult.ALLOW }),
  guest: () => DENIED,
};

/**
 * Who asks: a member of each group; who may only look; who may do everything; who is signed in and may nothing; who
 * isn't signed in.
 */
export type Person = 'owner' | 'other' | 'reader' | 'admin' | 'guest' | 'nobody';

export const PEOPLE: readonly Person[] = ['nobody', 'guest', 'reader', 'owner', 'other', 'admin'];

export function header(person: Person): string {
  return person === 'nobody'
    ? mockCredentials.none.header()
    : mockCredentials.user.header(`user:default/${person}`);
}

/** Services may do everything, as in a real backend. */
export const permissions = mockServices.permissions.mock({
  authorizeConditional: async (queries, options) => {
    const { principal } = options?.credentials as BackstageCredentials<{ userEntityRef?: string }>;
    const name = principal.userEntityRef?.replace('user:default/', '') ?? 'admin';
    return queries.map(({ permission }) => MAY[name]?.(permission) ?? DENIED);
  },
  authorize: async queries => queries.map(() => ({ result: AuthorizeResult.DENY })),
});
