/**
 * Permissions, annotations and API shapes of the DolphinScheduler plugins.
 *
 * @packageDocumentation
 */
export * from './annotations';
export type * from './api';
export * from './permissions';
export * from './refs';
export * from './entity-name';
