import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { calculate } from './calculate';
import * as clock from './clock';
import { TimeFault } from './fault';
import { formatPattern } from './pattern';

/** A time, and what is to be told of it. */
interface Told {
  readonly at: number;
  readonly pattern: string;
}

/** What stands between a function's parentheses, and where and when it is asked. */
interface Call {
  readonly inside: string;
  readonly at: number;
}

/** A pattern and a number. */
function two({ inside, at }: Call, move: (at: number, count: number) => number): Told {
  const [pattern = '', count, ...more] = inside.replace(/,+$/, '').split(',');
  if (count === undefined || more.length > 0) {
    throw new TimeFault('it takes a format and a number, with a comma between');
  }
  return { at: move(at, calculate(count)), pattern };
}

/** A pattern, and a number or none. */
function oneOrTwo({ inside, at }: Call, move: (at: number, count: number) => number): Told {
  const [pattern = '', count] = inside.split(',');
  return { at: move(at, count === undefined ? 0 : calculate(count)), pattern };
}

type TimeFunction = (call: Call) => Told;

/** By their names; the first that an expression starts with counts. */
const FUNCTIONS: readonly (readonly [string, TimeFunction])[] = [
  ['add_months', call => two(call, clock.addMonths)],
  ['month_begin', call => two(call, (at, days) => clock.addDays(clock.firstOfMonth(at), days))],
  ['month_end', call => two(call, (at, days) => clock.addDays(clock.lastOfMonth(at), days))],
  ['week_begin', call => two(call, (at, days) => clock.addDays(clock.mondayOf(at), days))],
  ['week_end', call => two(call, (at, days) => clock.addDays(clock.mondayOf(at), 6 + days))],
];

/** 3.1 doesn't have these. */
const NEWER: readonly (readonly [string, TimeFunction])[] = [
  [
    'month_first_day',
    call => oneOrTwo(call, (at, months) => clock.addMonths(clock.firstOfMonth(at), months)),
  ],
  [
    'month_last_day',
    call => oneOrTwo(call, (at, months) => clock.lastOfMonth(clock.addMonths(at, months))),
  ],
  ['this_day', ({ inside, at }) => ({ at, pattern: inside })],
  ['last_day', ({ inside, at }) => ({ at: clock.addDays(at, -1), pattern: inside })],
  [
    'week_first_day',
    call => oneOrTwo(call, (at, weeks) => clock.addDays(clock.mondayOf(at), 7 * weeks)),
  ],
  [
    'week_last_day',
    call => oneOrTwo(call, (at, weeks) => clock.addDays(clock.mondayOf(at), 6 + 7 * weeks)),
  ],
];

const TIMESTAMP = 'timestamp';
const YEAR_WEEK = 'year_week';
/** What timestamp reads back. */
const SECONDS_PATTERN = 'yyyyMMddHHmmss';

/** Where and how an expression is worked out. @public */
export interface TimeOptions {
  /** The line whose functions there are. Default: the newest. */
  readonly line?: ServerLine;
  /** The server's own zone, for minutes across a change of daylight saving. Default: UTC. */
  readonly timeZone?: string;
}

/**
 * What an expression between `$[` and `]` gives.
 *
 * @param at - what a clock in the server's zone shows.
 * @throws TimeFault
 */
export function evaluate(
  expression: string,
  at: number,
  { line = '3.4', timeZone = 'UTC' }: TimeOptions = {},
): string {
  const options = { line, timeZone };
  if (expression.startsWith(TIMESTAMP)) {
    const told = tell(insideOf(expression, TIMESTAMP), at, options);
    if (told.pattern !== SECONDS_PATTERN) {
      throw new TimeFault(`timestamp takes the format ${SECONDS_PATTERN} only`);
    }
    return String(Math.floor(clock.instantOf(told.at, timeZone) / 1000));
  }
  if (line !== '3.1' && expression.startsWith(YEAR_WEEK)) {
    return yearWeek(insideOf(expression, YEAR_WEEK), at);
  }
  const told = tell(expression, at, options);
  return formatPattern(told.pattern, clock.settled(told.at, timeZone));
}

function tell(expression: string, at: number, options: Required<TimeOptions>): Told {
  const functions = options.line === '3.1' ? FUNCTIONS : [...FUNCTIONS, ...NEWER];
  for (const [name, call] of functions) {
    if (expression.startsWith(name)) return call({ inside: insideOf(expression, name), at });
  }
  if (options.line === '3.1') {
    const newer = [...NEWER.map(([name]) => name), YEAR_WEEK].find(name =>
      expression.startsWith(`${name}(`),
    );
    if (newer) throw new TimeFault(`line 3.1 doesn't have ${newer}; 3.2 does`);
  }
  return minutesApart(expression, at, options);
}

/** The server takes away the name, one character after it, and the last one. */
function insideOf(expression: string, name: string): string {
  if (expression.length < name.length + 2) throw new TimeFault(`write ${name}(…)`);
  return expression.slice(name.length + 1, -1);
}

/** A format, and behind its last plus, or without one its last minus, days or parts of a day. */
function minutesApart(expression: string, at: number, { timeZone }: Required<TimeOptions>): Told {
  const sign = expression.includes('+') ? '+' : '-';
  const index = expression.lastIndexOf(sign);
  if (index >= 0 && index === expression.length - 1) {
    throw new TimeFault(`nothing stands after "${sign}" in "${expression}"`);
  }
  if (index < 0 || !/\d/.test(expression.charAt(index + 1))) return { at, pattern: expression };
  const [days = '', ...parts] = expression.slice(index + 1).split('/');
  const minutes = calculate(`60*24*(${days})${parts.map(part => `/${part}`).join('')}`);
  return {
    at: clock.addMinutes(at, sign === '+' ? minutes : -minutes, timeZone),
    pattern: expression.slice(0, index),
  };
}

/** The week of the year that has most of its days, after the calendar year of the day itself. */
function yearWeek(inside: string, at: number): string {
  const [pattern = '', first] = inside.split(',');
  const day = first === undefined ? 1 : calculate(first);
  // From Monday; the server takes any other number for a Monday as well.
  const firstDay = day >= 2 && day <= 7 ? day - 1 : 0;
  const date = new Date(at);
  const sinceFirst = (date.getUTCDay() + 6 - firstDay + 7) % 7;
  // The fourth day of a week says which year's it is.
  const fourth = new Date(clock.addDays(at, 3 - sinceFirst));
  const dayOfYear = Math.floor(
    (fourth.getTime() - Date.UTC(fourth.getUTCFullYear(), 0, 1)) / 86_400_000,
  );
  const week = Math.floor(dayOfYear / 7) + 1;
  return `${date.getUTCFullYear()}${pattern.includes('-') ? '-' : ''}${String(week).padStart(2, '0')}`;
}
