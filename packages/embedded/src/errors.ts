import { DolphinstageError } from '@dolphinstage/common';

/**
 * - `MISSING_TOOL`: a program is missing and can't be installed here.
 * - `INSTALL_FAILED`: a download or an installation ended with an error.
 * - `SERVER_DIED`: a server ended while it should run.
 * - `NOT_READY`: a server didn't answer in time.
 * - `HOME_BUSY`: another `up` runs on the same home.
 * - `INTERRUPTED`: the user has given a start up.
 * - `EXTERNAL_INVALID`: an address of a user's own server can't be read.
 *
 * @public
 */
export type EmbeddedErrorCode =
  | 'MISSING_TOOL'
  | 'INSTALL_FAILED'
  | 'SERVER_DIED'
  | 'NOT_READY'
  | 'HOME_BUSY'
  | 'INTERRUPTED'
  | 'EXTERNAL_INVALID';

/** @public */
export class EmbeddedError extends DolphinstageError<EmbeddedErrorCode> {}
