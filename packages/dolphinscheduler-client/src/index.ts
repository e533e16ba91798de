/**
 * A typed client for Apache DolphinScheduler: one interface for every server line.
 *
 * @packageDocumentation
 */
export * from './client';
export { createClient } from './create-client';
export { ClientError, isClientError } from './errors';
export type { ClientErrorCode, ClientErrorDetails } from './errors';
export type { ClientCredentials, ClientOptions, ClientSettings } from './options';
