/**
 * Permissions, annotations and API shapes of the DolphinScheduler plugins.
 *
 * @packageDocumentation
 */
export * from './annotations';
export type * from './api';
export * from './entity-name';
export * from './permissions';
export * from './refs';
