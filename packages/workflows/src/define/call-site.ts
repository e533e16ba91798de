/** Where in an author's file something stands. @public */
export interface SourceLocation {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** As many as node shows by default. */
const FRAMES = 10;
const FRAME = /^\s*at (?:.*\()?(?:file:\/\/)?(\/.*?|[A-Za-z]:[\\/].*?):(\d+):\d+\)?$/;

/**
 * Where `callee` was called.
 *
 * @param callee - the function whose caller is asked for; frames at and below it are left out.
 */
export function callSite(callee: (...args: never[]) => unknown): SourceLocation | undefined {
  // Each frame is looked up in a source map, and mostly the first one is it.
  return locationOf(stackOf(callee, 1)) ?? locationOf(stackOf(callee, FRAMES));
}

function stackOf(callee: (...args: never[]) => unknown, frames: number): string | undefined {
  const before = Error.stackTraceLimit;
  const holder: { stack?: string } = {};
  try {
    Error.stackTraceLimit = frames;
    Error.captureStackTrace(holder, callee);
    return holder.stack;
  } finally {
    Error.stackTraceLimit = before;
  }
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
