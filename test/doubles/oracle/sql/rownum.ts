import { unimplemented } from '../errors';
import type { Token } from './tokens';

/**
 * `WHERE ROWNUM <= n` at the end of a query, where it means the same as LIMIT. Elsewhere ROWNUM is refused:
 * PostgreSQL has nothing like it.
 */
export function rewriteRownum(tokens: Token[]): Token[] {
  const at = tokens.findIndex(token => token.kind === 'word' && /^rownum$/i.test(token.text));
  if (at < 0) return tokens;
  const before = tokens.slice(0, at).findLast(token => token.kind !== 'space')?.text ?? '';
  const after = tokens.slice(at + 1).filter(token => token.kind !== 'space');
  const inclusive = after[1]?.text === '=';
  const limit = after.slice(inclusive ? 2 : 1);
  const understood =
    /^(where|and)$/i.test(before) &&
    after[0]?.text === '<' &&
    limit.length > 0 &&
    (limit.every(token => /^\d$/.test(token.text)) ||
      (limit.length === 1 && limit[0]!.kind === 'bind'));
  if (!understood) throw unimplemented('ROWNUM other than as WHERE ROWNUM <= n at the end');
  return [
    ...tokens.slice(0, at),
    { kind: 'other', text: 'TRUE LIMIT (' },
    ...limit,
    { kind: 'other', text: inclusive ? ')' : ' - 1)' },
  ];
}
