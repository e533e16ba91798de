/**
 * DolphinScheduler's workflows as entities of the Backstage catalog.
 *
 * @packageDocumentation
 */
export { catalogModuleDolphinscheduler as default } from './module';
