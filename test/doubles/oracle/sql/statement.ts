import { OracleError, unimplemented } from '../errors';
import type { BindType } from '../ttc/binds';
import { OracleType } from '../ttc/constants';
import { rewriteRownum } from './rownum';
import { plainString, tokenize, type Token } from './tokens';

export type StatementKind =
  'query' | 'dml' | 'ddl' | 'session' | 'transaction' | 'commit' | 'rollback';

/** A statement of Oracle's SQL, ready to run in PostgreSQL. */
export interface Statement {
  kind: StatementKind;
  /** Rows are locked: the cursor can't outlive its transaction. */
  locks: boolean;
  /** PostgreSQL's text; the n-th bind variable is $n. */
  render(binds: readonly BindType[]): string;
}

const KINDS: Record<string, StatementKind> = {
  ...{ SELECT: 'query', WITH: 'query' },
  ...{ INSERT: 'dml', UPDATE: 'dml', DELETE: 'dml', MERGE: 'dml' },
  ...{ CREATE: 'ddl', ALTER: 'ddl', DROP: 'ddl', TRUNCATE: 'ddl', COMMENT: 'ddl' },
  ...{ GRANT: 'ddl', REVOKE: 'ddl', ANALYZE: 'ddl' },
  ...{ COMMIT: 'commit', ROLLBACK: 'rollback', SET: 'transaction' },
};
const PLSQL = ['BEGIN', 'DECLARE', 'CALL'];

/** Words that mean something else in PostgreSQL. */
const WORDS: Record<string, string> = {
  SYSDATE: 'statement_timestamp()::timestamp(0)',
  SYSTIMESTAMP: 'statement_timestamp()',
  DBTIMEZONE: `'+00:00'`,
  NVL: 'COALESCE',
};
const TYPES: Record<string, string> = {
  NUMBER: 'numeric',
  VARCHAR2: 'varchar',
  NVARCHAR2: 'varchar',
  NCHAR: 'char',
  DATE: 'timestamp(0)',
  BINARY_DOUBLE: 'double precision',
  RAW: 'bytea',
};
const CASTS: Record<number, string> = {
  [OracleType.number]: 'numeric',
  [OracleType.binaryInteger]: 'numeric',
  [OracleType.date]: 'timestamp',
  [OracleType.timestamp]: 'timestamp',
  [OracleType.timestampTz]: 'timestamptz',
  [OracleType.timestampLtz]: 'timestamptz',
  [OracleType.binaryFloat]: 'float8',
  [OracleType.binaryDouble]: 'float8',
  [OracleType.raw]: 'bytea',
  [OracleType.longRaw]: 'bytea',
};

/** How many bind values the client sends for a statement: all but those it gets back. */
export function inputBinds(sql: string): number {
  const tokens = tokenize(sql);
  const end = returningInto(tokens);
  return tokens.slice(0, end).filter(token => token.kind === 'bind').length;
}

export function isQuery(sql: string): boolean {
  return KINDS[firstWord(tokenize(sql))] === 'query';
}

/**
 * Understands a statement of Oracle's.
 *
 * @throws OracleError ORA-00900 for what is no statement, ORA-00933 after a semicolon, ORA-03001 for what the
 *   double doesn't do.
 */
export function parseStatement(sql: string): Statement {
  const tokens = tokenize(sql);
  const first = firstWord(tokens);
  if (PLSQL.includes(first)) throw unimplemented('PL/SQL');
  const kind = isSession(tokens) ? 'session' : KINDS[first];
  if (!kind) throw new OracleError(900, 'invalid SQL statement');
  if (tokens.some(token => token.text === ';')) {
    throw new OracleError(933, 'SQL command not properly ended');
  }
  if (returningInto(tokens) < tokens.length) throw unimplemented('RETURNING … INTO');
  const rewritten = rewrite(kind === 'query' ? rewriteRownum(tokens) : tokens, kind);
  return {
    kind,
    locks: kind === 'query' && /\bFOR\s+UPDATE\b/i.test(sql),
    render: binds => renderBinds(rewritten, binds),
  };
}

function rewrite(tokens: Token[], kind: StatementKind): Token[] {
  const result: Token[] = [];
  tokens.forEach((token, index) => {
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    const next = tokens.slice(index + 1).find(other => other.kind !== 'space');
    if (word === 'DUAL' && dropFrom(result)) return;
    if (word === 'PURGE' && kind === 'ddl') return;
    if (token.kind === 'string') result.push({ ...token, text: plainString(token.text) });
    else if (token.kind === 'name') result.push({ ...token, text: quotedName(token.text) });
    else if (kind === 'ddl' && TYPES[word] && next?.kind !== 'string') {
      result.push({ ...token, text: TYPES[word] });
    } else if (WORDS[word]) result.push({ ...token, text: WORDS[word] });
    else result.push(token);
  });
  return result;
}

/** PostgreSQL selects from nothing where Oracle selects from DUAL. */
function dropFrom(before: Token[]): boolean {
  const at = before.findLastIndex(token => token.kind !== 'space');
  if (before[at]?.text.toUpperCase() !== 'FROM') return false;
  before.splice(at);
  return true;
}

/** "EMPLOYEES" is what unquoted employees means in Oracle, "employees" in PostgreSQL. */
function quotedName(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text;
}

function renderBinds(tokens: Token[], binds: readonly BindType[]): string {
  let position = 0;
  return tokens
    .map((token, index) => {
      if (token.kind !== 'bind') return token.text;
      position += 1;
      const next = tokens.slice(index + 1).find(other => other.kind !== 'space');
      // PostgreSQL takes a string's type from its surroundings, but IS NULL says nothing.
      const fallback = next?.text.toUpperCase() === 'IS' ? 'text' : undefined;
      const cast = CASTS[binds[position - 1]?.type ?? OracleType.varchar] ?? fallback;
      return cast ? `($${position}::${cast})` : `$${position}`;
    })
    .join('');
}

function firstWord(tokens: Token[]): string {
  return tokens.find(token => token.kind === 'word')?.text.toUpperCase() ?? '';
}

function isSession(tokens: Token[]): boolean {
  const [first, second] = tokens.filter(token => token.kind !== 'space');
  return first?.text.toUpperCase() === 'ALTER' && second?.text.toUpperCase() === 'SESSION';
}

/** Where the variables of `RETURNING … INTO` begin, or the end. */
function returningInto(tokens: Token[]): number {
  if (KINDS[firstWord(tokens)] !== 'dml') return tokens.length;
  const words = tokens.map(token => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  const returning = words.findIndex(word => word === 'RETURNING' || word === 'RETURN');
  const into = returning < 0 ? -1 : words.indexOf('INTO', returning);
  return into < 0 ? tokens.length : into;
}
