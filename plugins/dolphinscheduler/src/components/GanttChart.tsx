import { useMemo } from 'react';
import { Text } from '@backstage/ui';
import type { RunDetail } from '@dolphinstage/plugin-dolphinscheduler-common';
import { useNow } from '../hooks/useNow';
import { ganttOf } from '../model/gantt';
import { STATE_LOOKS } from '../model/states';
import { tellDuration } from '../model/time';
import styles from './GanttChart.module.css';

export interface GanttChartProps {
  readonly run: RunDetail;
  readonly selected?: number;
  readonly onSelect: (task: number) => void;
}

/** When which task of a run ran; each row chooses its task. */
export function GanttChart({ run, selected, onSelect }: GanttChartProps) {
  const now = useNow(run.final ? 0 : 1);
  const { bars, seconds } = useMemo(() => ganttOf(run, now), [run, now]);
  if (bars.length === 0) {
    return <Text color="secondary">None of its tasks has started yet.</Text>;
  }
  return (
    <div className={styles.chart}>
      <div className={styles.axis} aria-hidden>
        <span>0 s</span>
        <span>{tellDuration(seconds / 2)}</span>
        <span>{tellDuration(seconds)}</span>
      </div>
      <ol className={styles.rows} aria-label="Tasks over time">
        {bars.map(({ task, bar, after, seconds: took }) => {
          const { word, tone } = STATE_LOOKS[task.state];
          const told =
            after === undefined || took === undefined
              ? `${task.name}, ${word}`
              : `${task.name}, ${word}, began after ${tellDuration(after)}, took ${tellDuration(took)}`;
          return (
            <li key={task.id}>
              <button
                type="button"
                className={styles.row}
                aria-pressed={task.id === selected}
                aria-label={told}
                title={told}
                onClick={() => onSelect(task.id)}
              >
                <span className={styles.name}>{task.name}</span>
                <span className={styles.track}>
                  {bar && (
                    <span
                      className={styles.bar}
                      data-tone={tone}
                      style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
                    />
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
