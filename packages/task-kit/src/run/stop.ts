import { TaskError } from '../errors';

/** How a process is asked to end. */
export type StopReason = 'SIGTERM' | 'SIGINT';

/** Listens for SIGTERM and Ctrl-C. */
export interface StopListener {
  /** Takes the handlers away again. */
  dispose(): void;
}

/**
 * @param first - called once, at the first signal.
 * @param again - called at each further one; absent: they are the same wish said twice.
 */
export function onStop(first: (reason: StopReason) => void, again?: () => void): StopListener {
  let asked = false;
  const listener = (signal: NodeJS.Signals) => {
    if (asked) {
      again?.();
    } else {
      asked = true;
      first(signal as StopReason);
    }
  };
  process.on('SIGTERM', listener);
  process.on('SIGINT', listener);
  return {
    dispose() {
      process.off('SIGTERM', listener);
      process.off('SIGINT', listener);
    },
  };
}

/** The error of a task that was told to end. */
export function stopped(reason: string): TaskError {
  return new TaskError('STOPPED', `stopped by ${reason}`, {
    where: 'this process',
    todo: 'Run it again: it goes on from its last checkpoint.',
  });
}

/** The error of an attempt that took too long. */
export function timedOut(seconds: number): TaskError {
  return new TaskError('TIMEOUT', `not done within ${seconds} s`, {
    where: '--timeout',
    todo: 'Give it more time, or look in the log for what it waited on.',
  });
}
