import { AsyncLocalStorage } from 'node:async_hooks';
import { CustomErrorBase } from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { isClientError, type DolphinSchedulerClient } from '@dolphinstage/dolphinscheduler-client';
import { problemOf } from './away';
import type { Actor } from './instance';

/** DolphinScheduler was told to do something, and whether it has is not known. Answered as 504. @public */
export class OutcomeUnknownError extends CustomErrorBase {
  override name = 'OutcomeUnknownError' as const;
  readonly statusCode = 504;
}

/** DolphinScheduler can't be asked, and it is certain that nothing was done. Answered as 503. @public */
export class NothingDoneError extends CustomErrorBase {
  override name = 'ServiceUnavailableError' as const;
  readonly statusCode = 503;
}

/** @param instance - its name. @param problem - why it can't be asked, for people. @public */
export function nothingDone(instance: string, problem: string): NothingDoneError {
  return new NothingDoneError(
    `${instance}: ${problem}. Nothing has been done: try again in a minute`,
  );
}

/** Of something that is being done: whether the server may have been told by now. */
const acts = new AsyncLocalStorage<{ isSent: boolean }>();

const hasFailed = (error: unknown) => isClientError(error, 'CLIENT_SERVER');

/** Goes around each attempt to ask a server. */
export async function noteSending<T>(attempt: () => Promise<T>, endpoint: string): Promise<T> {
  const act = acts.getStore();
  if (!act || endpoint.startsWith('GET ')) return attempt();
  const before = act.isSent;
  act.isSent = true;
  try {
    return await attempt();
  } catch (error) {
    // It never left, or the server has refused it. One that fails by its own account may have done a part of it.
    if (isClientError(error) && !error.unclear && !hasFailed(error)) act.isSent = before;
    throw error;
  }
}

/**
 * Does something on a server that may be lost in the middle of it, and says truly what has become of it.
 *
 * @throws NothingDoneError where the server can't be asked and hasn't been told; OutcomeUnknownError where it is lost
 *   after that; what `act` throws for all other reasons.
 * @public
 */
export async function acting<T>(
  instance: Actor,
  act: (client: DolphinSchedulerClient) => Promise<T>,
): Promise<T> {
  const state = { isSent: false };
  try {
    return await acts.run(state, async () => act(await instance.client('person')));
  } catch (error) {
    const isLate = isDolphinstageError(error) && error.code === 'RUN_TIMEOUT';
    const failure = hasFailed(error) ? 'DolphinScheduler has failed' : undefined;
    const problem = isLate ? error.message : (problemOf(error) ?? failure);
    if (problem === undefined) throw error;
    // Without the cause, whose text has the server's address.
    if (!state.isSent) {
      throw nothingDone(instance.name, problem);
    }
    throw new OutcomeUnknownError(
      `${instance.name}: ${problem}, after it was told to do this. Whether it has is not known: look at the runs and the schedule before you do it again`,
    );
  }
}
