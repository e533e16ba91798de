import { createHash } from 'node:crypto';

/** Of a step's context, what tells its repetitions apart. */
interface Repeated {
  readonly input: object;
  readonly each?: object;
}

/**
 * A checkpoint's name. The scaffolder keeps one set of names for all repetitions of a step with `each`: what has been
 * done for one must not count for the next.
 */
export function checkpointKey(what: string, { input, each }: Repeated): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([input, each ?? null]))
    .digest('hex');
  return `${what}-${digest.slice(0, 16)}`;
}
