/** A piece of a statement; all pieces in a row are the statement again. */
export interface Token {
  kind: 'space' | 'string' | 'name' | 'bind' | 'word' | 'other';
  text: string;
}

// The order matters: a quote may start a string, and q'…' is one too.
const PATTERNS: [Token['kind'], RegExp][] = [
  ['space', /(?:\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y],
  ['string', /[qQ]'(?:\[[\s\S]*?\]|\{[\s\S]*?\}|\([\s\S]*?\)|<[\s\S]*?>|([^[{(<])[\s\S]*?\1)'/y],
  ['string', /'(?:[^']|'')*'/y],
  ['name', /"[^"]*"/y],
  ['bind', /:\s*(?:"[^"]*"|\d+|\p{Alphabetic}[\p{L}\p{N}_$#]*)/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_$#]*/uy],
  ['other', /[\s\S]/uy],
];

export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length;) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const text = pattern.exec(sql)?.[0];
      if (!text || (kind === 'bind' && endsWithString(tokens))) continue;
      tokens.push({ kind, text });
      at += text.length;
      break;
    }
  }
  return tokens;
}

/** A q-string's content in ordinary quotes; other strings as they are. */
export function plainString(text: string): string {
  if (!/^q/i.test(text)) return text;
  return `'${text.slice(3, -2).replaceAll("'", "''")}'`;
}

/** A colon after a string belongs to JSON syntax; the driver reads it so too. */
function endsWithString(tokens: Token[]): boolean {
  return tokens.findLast(token => token.kind !== 'space')?.kind === 'string';
}
