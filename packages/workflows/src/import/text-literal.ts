const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** What would be invisible, would turn the text around for a reader, or can't be written to a file. */
const UNSHOWABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  const short = SHORT[unit];
  if (short) return short;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A text in quotes: single ones unless there are more of them inside than of double ones. */
export function quoted(text: string): string {
  const count = (sign: string) => text.split(sign).length - 1;
  const quote = count("'") > count('"') ? '"' : "'";
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(UNSHOWABLE, escapeUnit);
  return `${quote}${inner}${quote}`;
}

/** A text between backticks, its lines as they are. */
export function template(text: string): string {
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    // A template's own line ends are \n, whatever the file has.
    .replace(UNSHOWABLE, unit => (unit === '\n' || unit === '\t' ? unit : escapeUnit(unit)));
  return `\`${inner}\``;
}

/** A text as it reads best: over several lines where it has them. */
export function textLiteral(text: string): string {
  return text.slice(0, -1).includes('\n') ? template(text) : quoted(text);
}

/** A key of an object literal. */
export function keyText(key: string): string {
  // Written plainly it would set the prototype.
  if (key === '__proto__') return "['__proto__']";
  return IDENTIFIER.test(key) ? key : quoted(key);
}

/** What takes a key of something: `.out`, `['by-day']`. */
export function accessText(key: string): string {
  if (IDENTIFIER.test(key)) return `.${key}`;
  return /^(?:0|[1-9]\d*)$/.test(key) ? `[${key}]` : `[${quoted(key)}]`;
}
