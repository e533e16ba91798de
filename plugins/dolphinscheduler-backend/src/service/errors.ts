import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { isClientError, type ClientErrorCode } from '@dolphinstage/dolphinscheduler-client';
import { problemOf } from '@dolphinstage/plugin-dolphinscheduler-node';

const OWN_FAILURES: readonly ClientErrorCode[] = [
  'CLIENT_SERVER',
  'CLIENT_UNAUTHORIZED',
  'CLIENT_BUSY',
  'CLIENT_UNEXPECTED_ANSWER',
];

/**
 * An error of DolphinScheduler's, or of ours, as Backstage answers it: with no address and no path of the server, and so
 * without its cause.
 *
 * @param instance - its name, where one is known.
 */
export function answerable(error: unknown, instance = 'this instance'): unknown {
  if (isClientError(error)) {
    const problem = problemOf(error);
    // Its own failures too, and its refusal of the portal's account, which its user can do nothing about.
    if (problem !== undefined || OWN_FAILURES.includes(error.code)) {
      return new ServiceUnavailableError(
        `${instance}: ${problem ?? 'DolphinScheduler has failed'}; try again in a minute`,
      );
    }
    if (error.code === 'CLIENT_NOT_FOUND') return new NotFoundError(error.message);
    if (error.code === 'CLIENT_FORBIDDEN') return new NotAllowedError(error.message);
    if (error.code === 'CLIENT_CONFLICT' || error.code === 'CLIENT_NAME_TAKEN') {
      return new ConflictError(error.message);
    }
    return new InputError(`${error.message}. ${error.todo}`);
  }
  if (isDolphinstageError(error)) {
    const text = `${error.message}. ${error.todo}`;
    return error.code.endsWith('NOT_FOUND') ? new NotFoundError(text) : new InputError(text);
  }
  return error;
}
