/**
 * What a {@link DolphinstageError} says beside its message.
 *
 * @public
 */
export interface ErrorDetails {
  /** Where it went wrong: a file with line, a workflow/task, an endpoint, a row. */
  where?: string;
  /** What the reader can do about it, as an imperative sentence. */
  todo?: string;
  /** The error that led to this one. */
  cause?: unknown;
}

/**
 * The one family of errors. Every package has its own subclass with a closed union of codes, so that
 * a caller can switch over them; nothing else is thrown on purpose.
 *
 * @public
 */
export class DolphinstageError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly where?: string;
  readonly todo?: string;

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.where = details.where;
    this.todo = details.todo;
  }
}

/**
 * True for our own errors, also for those of another copy of this package (a bundle has its own).
 *
 * @public
 */
export function isDolphinstageError(error: unknown): error is DolphinstageError {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === 'string' &&
    'todo' in error
  );
}

/**
 * The text a person reads: what is wrong, where, and what to do.
 *
 * @public
 */
export function formatError(error: unknown): string {
  if (!isDolphinstageError(error)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const lines = [`${error.code}: ${error.message}`];
  if (error.where) lines.push(`  where: ${error.where}`);
  if (error.todo) lines.push(`  do:    ${error.todo}`);
  return lines.join('\n');
}
