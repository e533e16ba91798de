/**
 * DolphinScheduler in a Backstage backend.
 *
 * @packageDocumentation
 */
export { dolphinschedulerPlugin as default } from './plugin';
