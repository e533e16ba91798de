/**
 * Permissions and API shapes of the data quality plugins.
 *
 * @packageDocumentation
 */
export type * from './api';
export * from './entity';
export * from './permissions';
