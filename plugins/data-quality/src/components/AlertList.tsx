import type { AlertInfo, ExampleInfo } from '@dolphinstage/plugin-data-quality-common';
import { checkWord, rowsOf, tellTime } from '../model/words';
import styles from './AlertList.module.css';

export interface AlertListProps {
  readonly label: string;
  readonly alerts: readonly AlertInfo[];
  /** Whether the reader may see what rows hold. */
  readonly mayReadRows: boolean;
}

/** Alerts in words, with rows as their contract lets them be shown. */
export function AlertList({ label, alerts, mayReadRows }: AlertListProps) {
  const none = mayReadRows ? 'can’t be read' : 'is shown to the data set’s owner only';
  return (
    <ul className={styles.list} aria-label={label}>
      {alerts.map(alert => (
        <li key={alert.id}>
          <strong>{alert.severity === 'critical' ? 'Critical' : 'Warning'}</strong>: {alert.words}
          <div className={styles.about}>
            {[
              `check ${checkWord(alert.check)}`,
              alert.field && `field ${alert.field}`,
              alert.series && `series ${alert.series}`,
              alert.badRows > 0 && rowsOf(alert.badRows),
            ]
              .filter(Boolean)
              .join(', ')}
            {', since '}
            <time dateTime={alert.since}>{tellTime(alert.since)}</time>
            {alert.resolved && (
              <>
                {', over since '}
                <time dateTime={alert.resolved}>{tellTime(alert.resolved)}</time>
              </>
            )}
          </div>
          {alert.examples.length > 0 && (
            <details>
              <summary>
                {alert.examples.length === 1 ? 'An example' : `${alert.examples.length} examples`}
              </summary>
              {alert.examples.map(example => (
                <pre key={placeOf(example)} className={styles.examples}>
                  {placeOf(example)}
                  {'\n'}
                  {example.row ? JSON.stringify(example.row) : none}
                </pre>
              ))}
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

function placeOf({ origin: { topic, partition, offset } }: ExampleInfo): string {
  return `${topic}, partition ${partition}, offset ${offset}`;
}
