import {
  createConditionAuthorizer,
  createConditionExports,
  createPermissionRule,
  type PermissionRuleset,
} from '@backstage/plugin-permission-node';
import { z } from 'zod';
import { datasetResourceRef, type DatasetFacts } from './resource';

/** What a policy can combine. @public */
export const dataQualityRules = {
  isOwnedBy: createPermissionRule({
    name: 'IS_OWNED_BY',
    description: 'Allow data sets whose catalog entity one of these entities owns',
    resourceRef: datasetResourceRef,
    paramsSchema: z.object({ values: z.array(z.string()) }),
    apply: ({ owner }, { values }) => owner !== undefined && values.includes(owner),
    toQuery:
      ({ values }) =>
      ({ owner }: DatasetFacts) =>
        owner !== undefined && values.includes(owner),
  }),
};

const made = createConditionExports({ resourceRef: datasetResourceRef, rules: dataQualityRules });

/** Conditions that a policy's decision can be made of. @public */
export const dataQualityConditions = made.conditions;

/** A decision for some data sets only. @public */
export const createDataQualityConditionalDecision = made.createConditionalDecision;

const ruleset: PermissionRuleset<DatasetFacts> = {
  getRuleByName(name) {
    const found = Object.values(dataQualityRules).find(rule => rule.name === name);
    if (!found) throw new Error(`a policy names the rule ${name}, which data sets don't have`);
    return found;
  },
};

/** Whether a policy's decision allows something for a data set. */
export const decideForDataset = createConditionAuthorizer<DatasetFacts>(ruleset);
