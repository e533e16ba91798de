import { AsyncLocalStorage } from 'node:async_hooks';

/** One method call: all that it sends and waits for ends with its signal. */
export interface Operation {
  readonly signal: AbortSignal;
}

const current = new AsyncLocalStorage<Operation>();

/** Why an operation's own deadline ended it, as its signal's reason. */
export class DeadlinePassed extends Error {}

/** A signal that fires after a while, with a {@link DeadlinePassed} as reason. */
export function deadline(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DeadlinePassed()), milliseconds).unref();
  return controller.signal;
}

export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined));
}

/** Runs one method call; requests inside find the operation by themselves. */
export function runOperation<T>(signal: AbortSignal, work: () => T): T {
  return current.run({ signal }, work);
}

export function currentOperation(): Operation | undefined {
  return current.getStore();
}

/**
 * Waits for the promise or for the signal, whichever is first.
 *
 * @throws the signal's reason.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Where nobody waits for it any more, its failure is nobody's.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
