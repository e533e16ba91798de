import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const EVERY_MS = 100;

/**
 * Asks again until there is an answer.
 *
 * @throws Error when there is none within a minute.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await sleep(EVERY_MS);
  }
}
