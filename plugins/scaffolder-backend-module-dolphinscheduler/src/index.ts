/**
 * Scaffolder actions that plan, apply, run and import workflows of DolphinScheduler.
 *
 * @packageDocumentation
 */
export { scaffolderModuleDolphinscheduler as default } from './module';
