/** What scripts can tell a command's end by; docs/workflows.md has the table. */
export const EXIT = {
  /** Something is wrong, or couldn't be found out. */
  error: 1,
  /** `plan`: apply would write. */
  changes: 2,
  /** A run has ended, and not well. */
  runFailed: 3,
  /** Waiting was given up; the run goes on. */
  stillRunning: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
