import type { Logger } from '../context';

/** kafkajs computes negative timeouts, of which Node 24 warns; they do no harm. */
const HARMLESS = new Set(['TimeoutNegativeWarning']);

/**
 * Makes Node's warnings lines of the log, as everything else on stderr is.
 *
 * @returns undoes it.
 */
export function logWarnings(log: Logger): () => void {
  const former = process.listeners('warning');
  const onWarning = (warning: Error) => {
    if (!HARMLESS.has(warning.name)) log.warn(warning.message, { warning: warning.name });
  };
  process.removeAllListeners('warning').on('warning', onWarning);
  return () => {
    process.off('warning', onWarning);
    for (const listener of former) process.on('warning', listener);
  };
}
