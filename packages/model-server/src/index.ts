/**
 * Serves models over HTTP.
 *
 * @packageDocumentation
 */
export { ServerError, type ServerErrorCode } from './errors';
export { runModelServer } from './run';
