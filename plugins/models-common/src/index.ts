/**
 * Permissions and API shapes of the models plugins.
 *
 * @packageDocumentation
 */
export type * from './api';
export * from './entity';
export * from './permissions';
