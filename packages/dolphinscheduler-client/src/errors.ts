import { DolphinstageError } from '@dolphinstage/common';

/**
 * Why a call failed.
 *
 * - `CLIENT_UNREACHABLE`: no connection, or it broke.
 * - `CLIENT_TIMEOUT`: no answer within the time allowed.
 * - `CLIENT_ABORTED`: the caller's signal ended it.
 * - `CLIENT_BUSY`: the server's traffic control refused it.
 * - `CLIENT_UNAUTHORIZED`: the token or password isn't valid.
 * - `CLIENT_FORBIDDEN`: the user may not do this.
 * - `CLIENT_NOT_FOUND`: it isn't there.
 * - `CLIENT_NAME_TAKEN`: something else has the name.
 * - `CLIENT_CONFLICT`: not in this state, for example online, running or still in use.
 * - `CLIENT_INVALID`: what was asked for isn't valid.
 * - `CLIENT_SERVER`: the server failed.
 * - `CLIENT_UNEXPECTED_ANSWER`: not an answer that this client knows.
 * - `CLIENT_UNSUPPORTED`: the server's line can't do it, or isn't supported.
 *
 * @public
 */
export type ClientErrorCode =
  | 'CLIENT_UNREACHABLE'
  | 'CLIENT_TIMEOUT'
  | 'CLIENT_ABORTED'
  | 'CLIENT_BUSY'
  | 'CLIENT_UNAUTHORIZED'
  | 'CLIENT_FORBIDDEN'
  | 'CLIENT_NOT_FOUND'
  | 'CLIENT_NAME_TAKEN'
  | 'CLIENT_CONFLICT'
  | 'CLIENT_INVALID'
  | 'CLIENT_SERVER'
  | 'CLIENT_UNEXPECTED_ANSWER'
  | 'CLIENT_UNSUPPORTED';

/** What a {@link ClientError} says beside its message. @public */
export interface ClientErrorDetails {
  /** Method and path, never a query. */
  endpoint: string;
  todo: string;
  /** DolphinScheduler's own code, where it answered with one. */
  serverCode?: number;
  /** The server may have done it all the same. */
  unclear?: boolean;
  cause?: unknown;
}

/** The one error that a client throws. Its `where` is the endpoint. @public */
export class ClientError extends DolphinstageError<ClientErrorCode> {
  /** Method and path, never a query. */
  readonly endpoint: string;
  /** DolphinScheduler's own code, where it answered with one. */
  readonly serverCode?: number;
  /** True when the server may have done it all the same: look before doing it again. */
  readonly unclear: boolean;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails) {
    super(code, message, { where: details.endpoint, todo: details.todo, cause: details.cause });
    this.endpoint = details.endpoint;
    this.serverCode = details.serverCode;
    this.unclear = details.unclear ?? false;
  }
}

/** True for a client's error with one of these codes. @public */
export function isClientError(error: unknown, ...codes: ClientErrorCode[]): error is ClientError {
  return error instanceof ClientError && (codes.length === 0 || codes.includes(error.code));
}
