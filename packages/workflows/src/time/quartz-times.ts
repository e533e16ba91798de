import { addDays, lastOfMonth } from './clock';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;
const [SUNDAY, SATURDAY] = [1, 7];

/** The numbers of a list of `5`, `1-3`, `*`, `0/15`, sorted. */
function numbers(
  list: string,
  least: number,
  most: number,
  words: readonly string[] = [],
): number[] {
  const numberOf = (text: string) => {
    const word = words.indexOf(text);
    return word < 0 ? Number(text) : word + 1;
  };
  const found = new Set<number>();
  for (const item of list.split(',')) {
    const [range = '', step] = item.split('/');
    const [first = '', last] = range === '*' ? [String(least), String(most)] : range.split('-');
    const begin = numberOf(first);
    // A step without an end goes on to the last; a range may go over it.
    const alone = step === undefined ? begin : most;
    const end = last === undefined ? alone : numberOf(last);
    const length = end >= begin ? end - begin : end - begin + most - least + 1;
    for (let at = 0; at <= length; at += Number(step ?? 1)) {
      const value = begin + at;
      found.add(value > most ? value - most + least - 1 : value);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** 1 is Sunday. */
function weekday(day: number): number {
  return new Date(day).getUTCDay() + 1;
}

function dayOfMonth(day: number): number {
  return new Date(day).getUTCDate();
}

/** The day from Monday to Friday that is nearest in the same month. */
function nearestWorkday(day: number): number {
  const last = lastOfMonth(day);
  switch (weekday(day)) {
    case SATURDAY:
      return dayOfMonth(day) === 1 ? addDays(day, 2) : addDays(day, -1);
    case SUNDAY:
      return day === last ? addDays(day, -2) : addDays(day, 1);
    default:
      return day;
  }
}

type DayTest = (day: number) => boolean;

function monthDayTest(field: string): DayTest {
  const tests = field.split(',').map((item): DayTest => {
    const fromEnd = /^L(?:-(\d+))?(W)?$/.exec(item);
    if (fromEnd) {
      return day => {
        const meant = addDays(lastOfMonth(day), -Number(fromEnd[1] ?? 0));
        return day === (fromEnd[2] ? nearestWorkday(meant) : meant);
      };
    }
    const near = /^(\d+)W$/.exec(item)?.[1];
    if (near !== undefined) {
      return day => {
        const meant = addDays(day, Number(near) - dayOfMonth(day));
        return meant <= lastOfMonth(day) && day === nearestWorkday(meant);
      };
    }
    const days = new Set(numbers(item, 1, 31));
    return day => days.has(dayOfMonth(day));
  });
  return day => tests.some(test => test(day));
}

function weekdayTest(field: string): DayTest {
  const tests = field.split(',').map((item): DayTest => {
    const [, name = '', last, nth] = /^(\w+?)(L)?(?:#(\d))?$/.exec(item) ?? [];
    if (item === 'L') return day => weekday(day) === SATURDAY;
    if (last !== undefined || nth !== undefined) {
      const [meant] = numbers(name, 1, 7, WEEKDAYS);
      return day =>
        weekday(day) === meant &&
        (nth === undefined
          ? dayOfMonth(day) > dayOfMonth(lastOfMonth(day)) - 7
          : Math.ceil(dayOfMonth(day) / 7) === Number(nth));
    }
    const days = new Set(numbers(item, 1, 7, WEEKDAYS));
    return day => days.has(weekday(day));
  });
  return day => tests.some(test => test(day));
}

/**
 * The times of a Quartz expression, one after the other, both ends included.
 *
 * @param expression - a good one.
 * @param from - what a clock shows, in milliseconds as if it were UTC; `until` likewise.
 */
export function* quartzTimes(expression: string, from: number, until: number): Generator<number> {
  const [seconds = '*', minutes = '*', hours = '*', monthDay = '?', month = '*', week = '?', year] =
    expression.trim().toUpperCase().split(/\s+/);
  const clock = [numbers(hours, 0, 23), numbers(minutes, 0, 59), numbers(seconds, 0, 59)] as const;
  const months = new Set(numbers(month, 1, 12, MONTHS));
  const years = year === undefined ? undefined : new Set(numbers(year, 1970, 2099));
  const isDay = monthDay === '?' ? weekdayTest(week) : monthDayTest(monthDay);
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day <= until; day += DAY_MS) {
    const date = new Date(day);
    if (!months.has(date.getUTCMonth() + 1) || years?.has(date.getUTCFullYear()) === false)
      continue;
    if (!isDay(day)) continue;
    for (const time of timesOfDay(clock)) {
      const at = day + time;
      if (at > until) return;
      if (at >= from) yield at;
    }
  }
}

function* timesOfDay([hours, minutes, seconds]: readonly (readonly number[])[]): Generator<number> {
  for (const hour of hours ?? []) {
    for (const minute of minutes ?? []) {
      for (const second of seconds ?? []) yield ((hour * 60 + minute) * 60 + second) * 1000;
    }
  }
}
