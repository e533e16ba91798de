/**
 * DolphinScheduler in a Backstage backend.
 *
 * @packageDocumentation
 */
export { dolphinschedulerPlugin as default } from './plugin';
export {
  createDolphinschedulerConditionalDecision,
  dolphinschedulerConditions,
} from './access/conditions';
export { workflowResourceRef } from './access/resource';
