import { DolphinstageError } from '@dolphinstage/common';

/**
 * - `USAGE`: the command's words are off.
 * - `TARGET_UNKNOWN`: app-config.yaml has no such instance.
 * - `PLATFORM_DOWN`: the embedded platform isn't up.
 * - `CONFIG_INVALID`: app-config.yaml can't be used.
 * - `CHECK_FAILED`: a check has found something wrong.
 * - `TIMEOUT`: something took longer than it may.
 */
export type CliErrorCode =
  'USAGE' | 'TARGET_UNKNOWN' | 'PLATFORM_DOWN' | 'CONFIG_INVALID' | 'CHECK_FAILED' | 'TIMEOUT';

export class CliError extends DolphinstageError<CliErrorCode> {}
