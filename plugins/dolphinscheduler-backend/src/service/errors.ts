import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { isDolphinstageError } from '@dolphinstage/common';
import { isClientError, type ClientErrorCode } from '@dolphinstage/dolphinscheduler-client';

const UNAVAILABLE: readonly ClientErrorCode[] = [
  'CLIENT_UNREACHABLE',
  'CLIENT_TIMEOUT',
  'CLIENT_BUSY',
  'CLIENT_SERVER',
  'CLIENT_UNEXPECTED_ANSWER',
  // The portal's own account, which its user can do nothing about.
  'CLIENT_UNAUTHORIZED',
];

/** An error of DolphinScheduler's, or of ours, as Backstage answers it: with no address and no path of the server. */
export function answerable(error: unknown): unknown {
  if (isClientError(error)) {
    if (UNAVAILABLE.includes(error.code)) {
      return new ServiceUnavailableError(
        `DolphinScheduler can't answer now (${error.code.replace('CLIENT_', '').toLowerCase()}); try again in a minute`,
        error,
      );
    }
    if (error.code === 'CLIENT_NOT_FOUND') return new NotFoundError(error.message, error);
    if (error.code === 'CLIENT_FORBIDDEN') return new NotAllowedError(error.message, error);
    if (error.code === 'CLIENT_CONFLICT' || error.code === 'CLIENT_NAME_TAKEN') {
      return new ConflictError(error.message, error);
    }
    return new InputError(`${error.message}. ${error.todo}`, error);
  }
  if (isDolphinstageError(error)) {
    const text = `${error.message}. ${error.todo}`;
    return error.code.endsWith('NOT_FOUND') ? new NotFoundError(text) : new InputError(text);
  }
  return error;
}
