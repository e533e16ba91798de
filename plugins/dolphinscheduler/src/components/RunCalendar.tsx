import { useMemo } from 'react';
import { Text } from '@backstage/ui';
import { calendarOf } from '../model/calendar';
import { tellExact } from '../model/time';
import styles from './RunCalendar.module.css';

export interface RunCalendarProps {
  readonly times: readonly string[];
  /** The schedule's zone; default: the reader's. */
  readonly timeZone?: string;
}

/** More months than these aren't drawn. */
const MOST_MONTHS = 24;

/** More times than these aren't listed one by one. */
const MOST_TIMES = 200;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The times of a backfill, as calendar months and as a list. */
export function RunCalendar({ times, timeZone }: RunCalendarProps) {
  const months = useMemo(() => calendarOf(times, timeZone), [times, timeZone]);
  if (times.length === 0) {
    return <Text color="secondary">The schedule has no time between these days.</Text>;
  }
  return (
    <div className={styles.calendar}>
      <div className={styles.months}>
        {months.slice(0, MOST_MONTHS).map(({ name, weeks }) => (
          <table key={name} className={styles.month}>
            <caption>{name}</caption>
            <thead>
              <tr>
                {WEEKDAYS.map(weekday => (
                  <th key={weekday} scope="col">
                    <abbr title={weekday}>{weekday.slice(0, 1)}</abbr>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {weeks.map((week, index) => (
                <tr key={index}>
                  {week.map((day, weekday) => (
                    <td
                      key={weekday}
                      data-runs={day && day.runs > 0 ? true : undefined}
                      title={day && day.runs > 0 ? `${day.day}: ${tellRuns(day.runs)}` : undefined}
                    >
                      {day?.date}
                      {day && day.runs > 1 && <sup>×{day.runs}</sup>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      {months.length > MOST_MONTHS && (
        <Text variant="body-small" color="secondary">
          … and {months.length - MOST_MONTHS} months more
        </Text>
      )}
      <details>
        <summary>All times</summary>
        <ol className={styles.times}>
          {times.slice(0, MOST_TIMES).map(time => (
            <li key={time}>{tellExact(time, timeZone)}</li>
          ))}
        </ol>
        {times.length > MOST_TIMES && `… and ${times.length - MOST_TIMES} more`}
      </details>
    </div>
  );
}

/** `1 run`, `31 runs`. */
export function tellRuns(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
