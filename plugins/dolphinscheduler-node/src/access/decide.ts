import {
  createConditionAuthorizer,
  type PermissionRuleset,
} from '@backstage/plugin-permission-node';
import type { WorkflowFacts } from './resource';
import { dolphinschedulerRules } from './rules';

const ruleset: PermissionRuleset<WorkflowFacts> = {
  getRuleByName(name) {
    const found = Object.values(dolphinschedulerRules).find(rule => rule.name === name);
    if (!found) throw new Error(`a policy names the rule ${name}, which workflows don't have`);
    return found;
  },
};

/**
 * Whether a policy's decision allows something for a workflow: also for one that isn't there yet, of which only its
 * code is known.
 *
 * @public
 */
export const decideForWorkflow = createConditionAuthorizer<WorkflowFacts>(ruleset);
