import { type Field, one, UNREADABLE } from './fields';

/** What the server calls each span, by what it counts in. */
const CYCLES = {
  hour: ['currentHour', 'last1Hour', 'last2Hours', 'last3Hours', 'last24Hours'],
  day: ['today', 'last1Days', 'last2Days', 'last3Days', 'last7Days'],
  week: [
    'thisWeek',
    'lastWeek',
    'lastMonday',
    'lastTuesday',
    'lastWednesday',
    'lastThursday',
    'lastFriday',
    'lastSaturday',
    'lastSunday',
  ],
  month: [
    'thisMonth',
    'thisMonthBegin',
    'thisMonthEnd',
    'lastMonth',
    'lastMonthBegin',
    'lastMonthEnd',
  ],
} as const;

type Cycle = keyof typeof CYCLES;

/**
 * A span of time, counted from this run's scheduled time (by hand: from now). Where it has several hours or days, each
 * of them must have a run.
 *
 * @public
 */
export type DependentSpan = (typeof CYCLES)[Cycle][number];

const cycleOf = (span: unknown) =>
  (Object.keys(CYCLES) as Cycle[]).find(cycle => CYCLES[cycle].some(each => each === span));

const spans = Object.values(CYCLES).flat();

/** In which span, and what that counts in. */
export const span: Field<DependentSpan> = {
  ...one<DependentSpan>(
    'dateValue',
    {
      fault: value =>
        spans.includes(value) ? undefined : `"${String(value)}" is none of ${spans.join(', ')}`,
      toServer: value => value,
      fromServer: value => spans.find(each => each === value),
    },
    {},
  ),
  keys: ['cycle', 'dateValue'],
  write: value => ({ cycle: cycleOf(value), dateValue: value }),
  read: ({ cycle, dateValue }) => (cycleOf(dateValue) === cycle ? dateValue : UNREADABLE),
};
