/** DolphinScheduler's words that stand in many places. */

/** @public */
export type ReleaseState = 'ONLINE' | 'OFFLINE';

/** @public */
export type Priority = 'HIGHEST' | 'HIGH' | 'MEDIUM' | 'LOW' | 'LOWEST';

/** @public */
export type ExecutionType = 'PARALLEL' | 'SERIAL_WAIT' | 'SERIAL_DISCARD' | 'SERIAL_PRIORITY';

/** @public */
export type FailureStrategy = 'CONTINUE' | 'END';

/** @public */
export type WarningType = 'NONE' | 'SUCCESS' | 'FAILURE' | 'ALL';

/** An instance's or a task instance's state, as the server writes it. @public */
export type ExecutionState = string;

/** A global, local or output parameter. @public */
export interface Parameter {
  prop: string;
  direct: 'IN' | 'OUT';
  type: string;
  value: string;
}

/** Calls that need a deadline of their own take it here. @public */
export interface CallOptions {
  signal?: AbortSignal;
}
