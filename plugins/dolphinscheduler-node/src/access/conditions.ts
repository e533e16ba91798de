import { createConditionExports } from '@backstage/plugin-permission-node';
import { workflowResourceRef } from './resource';
import { dolphinschedulerRules } from './rules';

const made = createConditionExports({
  resourceRef: workflowResourceRef,
  rules: dolphinschedulerRules,
});

/** Conditions that a policy's decision can be made of. @public */
export const dolphinschedulerConditions = made.conditions;

/** A decision for some workflows only. @public */
export const createDolphinschedulerConditionalDecision = made.createConditionalDecision;
