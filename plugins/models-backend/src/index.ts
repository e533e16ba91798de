/**
 * Models that are trained every night, in a Backstage backend.
 *
 * @packageDocumentation
 */
export { createModelsConditionalDecision, modelConditions, modelRules } from './access/rules';
export type { ModelFacts, ModelFilter } from './access/resource';
export { modelsPlugin as default } from './plugin';
