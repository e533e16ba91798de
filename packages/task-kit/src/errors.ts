import { DolphinstageError } from '@dolphinstage/common';

/** Everything that the task kit says no with. @public */
export type TaskErrorCode =
  | 'ASSET_UNKNOWN'
  | 'BUNDLE_FAILED'
  | 'COMMAND_LINE'
  | 'CONNECTION_FAILED'
  | 'CONNECTION_FILE'
  | 'CONNECTION_INVALID'
  | 'CONNECTION_KIND'
  | 'CONNECTION_LOST'
  | 'CONNECTION_UNKNOWN'
  | 'FENCED'
  | 'HANDLE_INVALID'
  | 'INPUT_INVALID'
  | 'MIGRATION_CHANGED'
  | 'MIGRATION_INVALID'
  | 'OPS_MISSING'
  | 'OPS_UNAVAILABLE'
  | 'OUTPUT_INVALID'
  | 'OUTPUT_UNKNOWN'
  | 'STOPPED'
  | 'TASK_INVALID'
  | 'TASK_UNKNOWN'
  | 'TIMEOUT'
  | 'VALUE_INVALID';

/** An error of the task kit. A pack has a subclass of DolphinstageError of its own. @public */
export class TaskError extends DolphinstageError<TaskErrorCode> {}

/** The command line is at fault: exit code 2. */
const BAD_INPUT: ReadonlySet<string> = new Set<TaskErrorCode>([
  'COMMAND_LINE',
  'HANDLE_INVALID',
  'INPUT_INVALID',
  'TASK_UNKNOWN',
  'VALUE_INVALID',
]);

/** Another attempt would meet the same, or (FENCED) would fence off the run that took over. */
const FINAL: ReadonlySet<string> = new Set<TaskErrorCode>([
  'ASSET_UNKNOWN',
  'CONNECTION_FILE',
  'CONNECTION_INVALID',
  'CONNECTION_KIND',
  'CONNECTION_UNKNOWN',
  'FENCED',
  'OUTPUT_INVALID',
  'OUTPUT_UNKNOWN',
  'STOPPED',
]);

/** 2 when the caller must change the command line, else 1. @public */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof TaskError && BAD_INPUT.has(error.code) ? 2 : 1;
}

/** True when trying again is of no use. @public */
export function isFinal(error: unknown): boolean {
  return error instanceof TaskError && (BAD_INPUT.has(error.code) || FINAL.has(error.code));
}
