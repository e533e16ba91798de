import { TimeFault } from './fault';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

/** One or two letters: digits; three: short; four: whole; five: one letter. */
function worded(count: number, value: number, texts: readonly [string, string, string]): string {
  return count <= 2 ? pad(value, count) : (texts[count - 3] ?? '');
}

function pad(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

interface Letter {
  /** How often it may stand in a row. */
  readonly most: number;
  readonly format: (at: Date, count: number) => string;
}

const digits = (most: number, value: (at: Date) => number): Letter => ({
  most,
  format: (at, count) => pad(value(at), count),
});

function year(at: Date, count: number): string {
  const value = at.getUTCFullYear();
  return count === 2 ? pad(value % 100, 2) : pad(value, count);
}

function month(at: Date, count: number): string {
  const name = MONTHS[at.getUTCMonth()] ?? '';
  return worded(count, at.getUTCMonth() + 1, [name.slice(0, 3), name, name.slice(0, 1)]);
}

function quarter(at: Date, count: number): string {
  const value = Math.floor(at.getUTCMonth() / 3) + 1;
  return worded(count, value, [`Q${value}`, QUARTERS[value - 1] ?? '', String(value)]);
}

function dayName(at: Date, count: number): string {
  const name = DAYS[at.getUTCDay()] ?? '';
  return worded(Math.max(count, 3), 0, [name.slice(0, 3), name, name.slice(0, 1)]);
}

const startOfDay = (at: Date) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
const milliOfDay = (at: Date) => at.getTime() - startOfDay(at);
const dayOfYear = (at: Date) => (startOfDay(at) - Date.UTC(at.getUTCFullYear(), 0, 0)) / 86_400_000;

function nanos(at: Date, count: number): string {
  return String(BigInt(milliOfDay(at)) * 1_000_000n).padStart(count, '0');
}

/** Java's pattern letters. Texts are English, as on a server whose locale is. */
const LETTERS: Readonly<Record<string, Letter>> = {
  y: { most: 19, format: year },
  u: { most: 19, format: year },
  M: { most: 5, format: month },
  L: { most: 5, format: month },
  Q: { most: 5, format: quarter },
  q: { most: 5, format: quarter },
  E: { most: 5, format: dayName },
  G: { most: 5, format: (_at, count) => ['AD', 'AD', 'AD', 'Anno Domini', 'A'][count - 1] ?? '' },
  a: { most: 1, format: at => (at.getUTCHours() < 12 ? 'AM' : 'PM') },
  d: digits(2, at => at.getUTCDate()),
  D: digits(3, dayOfYear),
  H: digits(2, at => at.getUTCHours()),
  k: digits(2, at => at.getUTCHours() || 24),
  K: digits(2, at => at.getUTCHours() % 12),
  h: digits(2, at => at.getUTCHours() % 12 || 12),
  m: digits(2, at => at.getUTCMinutes()),
  s: digits(2, at => at.getUTCSeconds()),
  S: { most: 9, format: (_at, count) => '0'.repeat(count) },
  n: digits(19, () => 0),
  A: digits(19, milliOfDay),
  N: { most: 19, format: nanos },
};

/** Weeks and days of weeks count from the day that the server's locale begins them with. */
const BY_LOCALE = new Set(['Y', 'w', 'W', 'e', 'c', 'F', 'p']);
const ZONES = new Set(['V', 'v', 'z', 'O', 'X', 'x', 'Z']);
const RESERVED = new Set(['{', '}', '#']);
/** Begins what may be left out; nothing is. */
const OPTIONAL = '[';

const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z]/g;

/**
 * A time as one of Java's patterns says it.
 *
 * @throws TimeFault for what Java refuses.
 */
export function formatPattern(pattern: string, at: number): string {
  const date = new Date(at);
  let text = '';
  for (const [whole, quoted, letter] of pattern.matchAll(PART)) {
    if (quoted !== undefined) text += quoted === '' ? "'" : quoted.replaceAll("''", "'");
    else if (letter !== undefined) text += formatLetter(letter, whole.length, date, pattern);
    else if (whole === "'") throw new TimeFault(`a quote is not closed in "${pattern}"`);
    else if (RESERVED.has(whole)) throw new TimeFault(`"${whole}" can't stand in "${pattern}"`);
    else if (whole !== OPTIONAL) text += whole;
  }
  return text;
}

function formatLetter(letter: string, count: number, at: Date, pattern: string): string {
  if (ZONES.has(letter)) throw new TimeFault(`${letter}: a time has no zone here`);
  if (BY_LOCALE.has(letter)) {
    throw new TimeFault(`what ${letter} gives depends on the server's locale`, {
      serversOwn: true,
    });
  }
  const known = LETTERS[letter];
  if (!known) {
    throw new TimeFault(`${letter} means nothing in "${pattern}"; a text stands in single quotes`);
  }
  if (count > known.most) {
    throw new TimeFault(`${letter} stands ${count} times in a row in "${pattern}"`);
  }
  return known.format(at, count);
}
