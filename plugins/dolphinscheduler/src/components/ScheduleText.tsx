import type { ScheduleInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import { When } from './When';
import styles from './ScheduleText.module.css';

export interface ScheduleTextProps {
  readonly schedule?: ScheduleInfo;
  /** Show so many of the next fire times; default 0. */
  readonly next?: number;
}

/** A schedule: its cron expression and zone, whether it is paused, when it fires next. */
export function ScheduleText({ schedule, next = 0 }: ScheduleTextProps) {
  if (!schedule) {
    return <span className={styles.quiet}>None</span>;
  }
  const times = schedule.active ? (schedule.next ?? []).slice(0, next) : [];
  return (
    <span>
      <code className={styles.cron} title={`In ${schedule.timeZone}`}>
        {schedule.cron}
      </code>
      {!schedule.active && <span className={styles.quiet}> paused</span>}
      {times.length > 0 && (
        <span className={styles.quiet}>
          {' next '}
          {times.map((time, index) => (
            <span key={time}>
              {index > 0 && ', '}
              <When time={time} timeZone={schedule.timeZone} />
            </span>
          ))}
        </span>
      )}
    </span>
  );
}
