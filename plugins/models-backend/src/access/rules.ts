import {
  createConditionAuthorizer,
  createConditionExports,
  createPermissionRule,
  type PermissionRuleset,
} from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { modelResourceRef, type ModelFacts } from './resource';

/** What a policy can combine. @public */
export const modelRules = {
  isOwnedBy: createPermissionRule({
    name: 'IS_OWNED_BY',
    description: 'Allow models that one of these entities owns',
    resourceRef: modelResourceRef,
    paramsSchema: z.object({ values: z.array(z.string()) }),
    apply: ({ owner }, { values }) => owner !== undefined && values.includes(owner),
    toQuery:
      ({ values }) =>
      ({ owner }: ModelFacts) =>
        owner !== undefined && values.includes(owner),
  }),
};

const made = createConditionExports({ resourceRef: modelResourceRef, rules: modelRules });

/** Conditions that a policy's decision can be made of. @public */
export const modelConditions = made.conditions;

/** A decision for some models only. @public */
export const createModelsConditionalDecision = made.createConditionalDecision;

const ruleset: PermissionRuleset<ModelFacts> = {
  getRuleByName(name) {
    const found = Object.values(modelRules).find(rule => rule.name === name);
    if (!found) throw new Error(`a policy names the rule ${name}, which models don't have`);
    return found;
  },
};

/** Whether a policy's decision allows something for a model. */
export const decideForModel = createConditionAuthorizer<ModelFacts>(ruleset);
