/**
 * The DolphinScheduler instances of a Backstage backend, for other backend plugins.
 *
 * @packageDocumentation
 */
export {
  createDolphinschedulerConditionalDecision,
  dolphinschedulerConditions,
} from './access/conditions';
export { decideForWorkflow } from './access/decide';
export { workflowResourceRef, type WorkflowFacts, type WorkflowFilter } from './access/resource';
export { dolphinschedulerRules } from './access/rules';
export { acting, nothingDone, NothingDoneError, OutcomeUnknownError } from './acting';
export { problemOf } from './away';
export type { Actor, DolphinSchedulerInstance } from './instance';
export { runInfo, type WorkflowData, type WorkflowRow } from './rows';
export {
  createDolphinSchedulerService,
  dolphinschedulerServiceRef,
  type DolphinSchedulerService,
} from './service';
export type { Read } from './shared-reads';
export { stateOf } from './states';
export { fromIso, toIso } from './times';
