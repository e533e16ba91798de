/**
 * DolphinScheduler's workflows in the search of Backstage.
 *
 * @packageDocumentation
 */
export {
  DefaultDolphinschedulerCollatorFactory,
  type DolphinschedulerCollatorOptions,
  type WorkflowDocument,
} from './collator';
export { searchModuleDolphinscheduler as default } from './module';
