import { relative } from 'node:path';
import { DolphinstageError, type ErrorDetails } from '@dolphinstage/common';
import type { SourceLocation } from './define/call-site';

/**
 * - `WORKFLOW_INVALID`: definitions don't hold; see {@link WorkflowError.problems}.
 * - `WORKFLOW_LOAD`: a file of the author's can't be loaded.
 * - `WORKFLOW_NOT_FOUND`: no such file, workflow, instance or task.
 * - `PACK_NOT_FOUND`: a workflow uses a task whose pack isn't near it.
 * - `PLAN_INVALID`: a saved plan that can't be read, or that is for another target.
 * - `PLAN_REFUSED`: the plan has problems or conflicts; nothing was written.
 * - `PLAN_STALE`: the server has moved since the plan; that workflow wasn't written.
 * - `APPLY_FAILED`: some workflows couldn't be written; the message says which.
 * - `LOCKED`: another apply is at work in the project; nothing was written.
 * - `FILE_EXISTS`: a file would be overwritten; nothing was written.
 * - `RUN_INVALID`: the run's parameters don't fit.
 * - `TIME_INVALID`: a time, or a time expression, that a server wouldn't understand.
 * - `RUN_TIMEOUT`: a run hasn't ended in the time allowed; it goes on.
 *
 * @public
 */
export type WorkflowErrorCode =
  | 'WORKFLOW_INVALID'
  | 'WORKFLOW_LOAD'
  | 'WORKFLOW_NOT_FOUND'
  | 'PACK_NOT_FOUND'
  | 'PLAN_INVALID'
  | 'PLAN_REFUSED'
  | 'PLAN_STALE'
  | 'APPLY_FAILED'
  | 'LOCKED'
  | 'FILE_EXISTS'
  | 'RUN_INVALID'
  | 'TIME_INVALID'
  | 'RUN_TIMEOUT';

/** What is wrong with a definition. @public */
export type ProblemCode =
  | 'ALERT'
  | 'BODY'
  | 'CRON'
  | 'CYCLE'
  | 'DUPLICATE'
  | 'DURATION'
  | 'EDGE'
  | 'EMPTY'
  | 'INPUT'
  | 'NAME'
  | 'OVERLAP'
  | 'PARAM'
  | 'RETRY'
  | 'SCRIPT'
  | 'SERVER'
  | 'TIME'
  | 'TOO_LONG'
  | 'ZONE';

/** One thing that is wrong with a definition. @public */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** An imperative sentence. */
  readonly todo: string;
  readonly workflow?: string;
  readonly task?: string;
  readonly at?: SourceLocation;
}

/** The error of this package. @public */
export class WorkflowError extends DolphinstageError<WorkflowErrorCode> {
  /** All that is wrong, for `WORKFLOW_INVALID` and `PLAN_REFUSED`. */
  readonly problems: readonly Problem[];

  constructor(
    code: WorkflowErrorCode,
    message: string,
    details: ErrorDetails & { problems?: readonly Problem[] } = {},
  ) {
    super(code, message, details);
    this.problems = details.problems ?? [];
  }
}

/** `orders/workflow.ts:12`, relative to the current folder. */
export function formatLocation(at: SourceLocation): string {
  const near = relative(process.cwd(), at.file);
  return `${near.startsWith('..') ? at.file : near}:${at.line}`;
}

function whereOf({ at, workflow, task }: Problem): string {
  const what = [workflow, task].filter(Boolean).join('/');
  return [at && formatLocation(at), what].filter(Boolean).join(', ');
}

/** One error that says all the problems. */
export function problemsError(
  code: 'WORKFLOW_INVALID' | 'PLAN_REFUSED',
  problems: readonly Problem[],
): WorkflowError {
  const [only] = problems;
  if (only && problems.length === 1) {
    return new WorkflowError(code, only.message, {
      where: whereOf(only),
      todo: only.todo,
      problems,
    });
  }
  const lines = problems.map(
    problem =>
      `\n  ${[whereOf(problem), problem.message].filter(Boolean).join(': ')}\n    do: ${problem.todo}`,
  );
  return new WorkflowError(code, `${problems.length} problems${lines.join('')}`, {
    todo: 'Mend them all: they were found in one pass.',
    problems,
  });
}
