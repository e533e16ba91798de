/**
 * Errors, redaction and durations that every Dolphinstage package shares.
 *
 * @packageDocumentation
 */
export * from './duration';
export * from './errors';
export * from './random';
export * from './secrets';
