import { DolphinstageError } from '@dolphinstage/common';

/**
 * - `ORACLE_DOUBLE_CONFIG`: the process can't start with this environment.
 * - `ORACLE_DOUBLE_PROTOCOL`: a client sent what the double doesn't understand; its connection ends.
 */
export type OracleDoubleErrorCode = 'ORACLE_DOUBLE_CONFIG' | 'ORACLE_DOUBLE_PROTOCOL';

export class OracleDoubleError extends DolphinstageError<OracleDoubleErrorCode> {}

/** An error for the client: it becomes an `ORA-…` answer, and the session goes on. */
export class OracleError extends Error {
  /** @param number - as in ORA-00942, without zeros. */
  constructor(
    readonly number: number,
    text: string,
  ) {
    super(`ORA-${String(number).padStart(5, '0')}: ${text}`);
    this.name = 'OracleError';
  }
}

/** What the double doesn't do is refused, never half done. */
export function unimplemented(what: string): OracleError {
  return new OracleError(3001, `unimplemented feature: ${what}`);
}
