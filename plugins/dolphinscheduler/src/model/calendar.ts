import { dayOf } from './time';

export interface CalendarDay {
  /** `yyyy-MM-dd` */
  readonly day: string;
  readonly date: number;
  /** How often it runs on that day. */
  readonly runs: number;
}

export interface CalendarMonth {
  /** `November 2026` */
  readonly name: string;
  /** Weeks from Monday to Sunday; no day before the first and after the last. */
  readonly weeks: readonly (readonly (CalendarDay | undefined)[])[];
}

/** The months in which something runs, from the first to the last time. Days are the zone's. */
export function calendarOf(times: readonly string[], timeZone?: string): readonly CalendarMonth[] {
  const runs = new Map<string, number>();
  for (const time of times) {
    const day = dayOf(time, timeZone);
    runs.set(day, (runs.get(day) ?? 0) + 1);
  }
  const days = [...runs.keys()].sort();
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) {
    return [];
  }
  const months: CalendarMonth[] = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = monthAfter(month)) {
    months.push({ name: nameOf(month), weeks: weeksOf(month, runs) });
  }
  return months;
}

function monthAfter(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString().slice(0, 7);
}

function nameOf(month: string): string {
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}

function weeksOf(month: string, runs: ReadonlyMap<string, number>): (CalendarDay | undefined)[][] {
  const weeks: (CalendarDay | undefined)[][] = [];
  const at = new Date(`${month}-01T00:00:00Z`);
  while (at.toISOString().startsWith(month)) {
    const weekday = (at.getUTCDay() + 6) % 7;
    if (weeks.length === 0 || weekday === 0) {
      weeks.push(Array.from<undefined>({ length: 7 }));
    }
    const day = at.toISOString().slice(0, 10);
    weeks.at(-1)![weekday] = { day, date: at.getUTCDate(), runs: runs.get(day) ?? 0 };
    at.setUTCDate(at.getUTCDate() + 1);
  }
  return weeks;
}
