import { DatabaseError } from 'pg';
import { OracleError } from '../errors';

type Translate = (error: DatabaseError) => [number: number, text: string];

const BY_STATE: Record<string, Translate> = {
  '42P01': () => [942, 'table or view does not exist'],
  '42703': error => [904, `"${subject(error)}": invalid identifier`],
  '42P07': () => [955, 'name is already used by an existing object'],
  '42601': () => [900, 'invalid SQL statement'],
  '42501': () => [1031, 'insufficient privileges'],
  '42883': error =>
    error.message.startsWith('operator')
      ? [932, 'inconsistent datatypes']
      : [904, `"${subject(error)}": invalid identifier`],
  '42804': () => [932, 'inconsistent datatypes'],
  '23505': error => [1, `unique constraint (${constraint(error)}) violated`],
  '23502': error => [
    1400,
    `cannot insert NULL into ("${upper(error.schema)}"."${upper(error.table)}"."${upper(error.column)}")`,
  ],
  '23503': error =>
    /still referenced/.test(`${error.message} ${error.detail}`)
      ? [2292, `integrity constraint (${constraint(error)}) violated - child record found`]
      : [2291, `integrity constraint (${constraint(error)}) violated - parent key not found`],
  '23514': error => [2290, `check constraint (${constraint(error)}) violated`],
  '22001': () => [12899, 'value too large for column'],
  '22003': () => [1438, 'value larger than specified precision allowed for this column'],
  '22P02': () => [1722, 'invalid number'],
  '22007': () => [1861, 'literal does not match format string'],
  '22008': () => [1841, '(full) year must be between -4713 and +9999, and not be 0'],
  '22012': () => [1476, 'divisor is equal to zero'],
  '25006': () => [
    1456,
    'may not perform insert/delete/update operation inside a READ ONLY transaction',
  ],
  '40001': () => [8177, `can't serialize access for this transaction`],
  '40P01': () => [60, 'deadlock detected while waiting for resource'],
  '55P03': () => [54, 'resource busy and acquire with NOWAIT specified or timeout expired'],
  '53300': () => [18, 'maximum number of sessions exceeded'],
  '57014': () => [1013, 'user requested cancel of current operation'],
  '57P01': () => [3113, 'end-of-file on communication channel'],
};

/** What Oracle would have said instead of PostgreSQL. */
export function toOracleError(error: unknown): OracleError {
  if (error instanceof OracleError) return error;
  if (!(error instanceof DatabaseError)) {
    return new OracleError(3113, 'end-of-file on communication channel');
  }
  const known = BY_STATE[error.code ?? ''];
  if (known) return new OracleError(...known(error));
  // With PostgreSQL's own words: whoever reads this is looking for what the double lacks. Not ORA-00600, after
  // which drivers give up the connection.
  return new OracleError(20_000, `PostgreSQL says ${error.code}: ${error.message}`);
}

function constraint(error: DatabaseError): string {
  return `${upper(error.schema)}.${upper(error.constraint)}`;
}

/** The first quoted name of a message, or the word after `column` or `function`. */
function subject(error: DatabaseError): string {
  const name =
    /"([^"]+)"/.exec(error.message) ?? /(?:column|function) ([^\s(]+)/.exec(error.message);
  return upper(name?.[1]);
}

function upper(name: string | undefined): string {
  return (name ?? '?').toUpperCase();
}
