import { createPermissionRule } from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { workflowResourceRef, type WorkflowFacts } from './resource';

/** A rule about a field of a workflow: it must be among the values that the policy gives. */
function oneOf(
  { name, description }: { readonly name: string; readonly description: string },
  field: (workflow: WorkflowFacts) => string | undefined,
) {
  const fits = (workflow: WorkflowFacts, { values }: { values: string[] }) =>
    values.includes(field(workflow) ?? '');
  return createPermissionRule({
    name,
    description,
    resourceRef: workflowResourceRef,
    paramsSchema: z.object({ values: z.array(z.string()) }),
    apply: fits,
    toQuery: params => (workflow: WorkflowFacts) => fits(workflow, params),
  });
}

/** What a policy can combine. @public */
export const dolphinschedulerRules = {
  isOwnedBy: oneOf(
    {
      name: 'IS_OWNED_BY',
      description: 'Allow workflows that one of these entities owns',
    },
    ({ owner }) => owner,
  ),
  inProject: oneOf(
    {
      name: 'IN_PROJECT',
      description: 'Allow workflows of these DolphinScheduler projects',
    },
    ({ project }) => project,
  ),
  ofTenant: oneOf(
    {
      name: 'OF_TENANT',
      description: 'Allow workflows that run as one of these tenants',
    },
    ({ tenant }) => tenant,
  ),
  onInstance: oneOf(
    {
      name: 'ON_INSTANCE',
      description: 'Allow workflows on these DolphinScheduler instances',
    },
    ({ instance }) => instance,
  ),
};
