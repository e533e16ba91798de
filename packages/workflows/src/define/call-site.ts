/** Where in an author's file something stands. */
export interface SourceLocation {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

const FRAME = /^\s*at (?:.*\()?(?:file:\/\/)?(\/.*?|[A-Za-z]:[\\/].*?):(\d+):\d+\)?$/;

/**
 * Where `callee` was called.
 *
 * @param callee - the function whose caller is asked for; frames at and below it are left out.
 */
export function callSite(callee: (...args: never[]) => unknown): SourceLocation | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  return locationOf(holder.stack);
}

/** The innermost frame of a stack that is a file, libraries left out. */
export function locationOf(stack: string | undefined): SourceLocation | undefined {
  for (const frame of stack?.split('\n') ?? []) {
    const match = FRAME.exec(frame);
    if (match?.[1] && !match[1].includes('/node_modules/')) {
      return { file: match[1], line: Number(match[2]) };
    }
  }
  return undefined;
}
