/**
 * Write a task once, run it by hand or from DolphinScheduler.
 *
 * @packageDocumentation
 */
export * from './connections';
export * from './context';
export * from './define-task';
export * from './deferred';
