/** One field of a Quartz expression. */
interface Field {
  name: string;
  min: number;
  max: number;
  words?: readonly string[];
  /** The number of the first word. */
  first?: number;
  /** What else the whole field, or an item of its list, may be. */
  special?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY = `(?:[1-7]|${DAYS.join('|')})`;

const FIELDS: readonly Field[] = [
  { name: 'seconds', min: 0, max: 59 },
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  {
    name: 'day of month',
    min: 1,
    max: 31,
    special: /^(?:\?|L(?:-(?:[1-9]|[12]\d|30))?W?|(?:[1-9]|[12]\d|3[01])W)$/,
  },
  { name: 'month', min: 1, max: 12, words: MONTHS, first: 1 },
  {
    name: 'day of week',
    min: 1,
    max: 7,
    words: DAYS,
    first: 1,
    special: new RegExp(`^(?:\\?|L|${DAY}L|${DAY}#[1-5])$`),
  },
  { name: 'year', min: 1970, max: 2099 },
];

function numberOf(text: string, { words, first = 0 }: Field): number {
  if (/^\d+$/.test(text)) return Number(text);
  const index = words?.indexOf(text) ?? -1;
  return index < 0 ? Number.NaN : index + first;
}

function itemFault(item: string, field: Field): string | undefined {
  if (field.special?.test(item)) return undefined;
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0) return `"${item}" has more than one step`;
  if (
    step !== undefined &&
    !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)
  ) {
    return `"${step}" is not a step`;
  }
  if (range === '*') return undefined;
  const ends = range.split('-');
  if (ends.length > 2) return `"${range}" is not a range`;
  for (const end of ends) {
    const value = numberOf(end, field);
    if (!(value >= field.min && value <= field.max)) {
      return `"${end}" is not between ${field.min} and ${field.max}`;
    }
  }
  return undefined;
}

/**
 * What is wrong with a Quartz expression, in words; undefined for a good one. DolphinScheduler refuses at the
 * last moment what this finds offline.
 *
 * @public
 */
export function quartzFault(expression: string): string | undefined {
  const parts = expression.trim().toUpperCase().split(/\s+/);
  if (parts.length < 6 || parts.length > 7) {
    return `it has ${parts.length} fields instead of six or seven, seconds first`;
  }
  for (const [index, part] of parts.entries()) {
    const field = FIELDS[index];
    for (const item of part.split(',')) {
      const fault = field && itemFault(item, field);
      if (fault) return `${field.name}: ${fault}`;
    }
  }
  if ((parts[3] === '?') === (parts[5] === '?')) {
    return 'exactly one of day of month and day of week must be ?';
  }
  return undefined;
}
