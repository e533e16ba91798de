/**
 * Every real server on one machine, without containers.
 *
 * @packageDocumentation
 */
export * from './testing';
