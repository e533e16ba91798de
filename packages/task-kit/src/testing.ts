/**
 * What a pack's tests use.
 *
 * @packageDocumentation
 */
export * from './testing/run-task';
export * from './testing/task-process';
