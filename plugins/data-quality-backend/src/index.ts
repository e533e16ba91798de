/**
 * Scores, alerts and quarantine of streams in a Backstage backend.
 *
 * @packageDocumentation
 */
export {
  createDataQualityConditionalDecision,
  dataQualityConditions,
  dataQualityRules,
} from './access/rules';
export type { DatasetFacts, DatasetFilter } from './access/resource';
export { dataQualityPlugin as default } from './plugin';
