import { memo, useMemo, useRef } from 'react';
import { Text } from '@backstage/ui';
import type { RunDetail, State } from '@dolphinstage/plugin-dolphinscheduler-common';
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

/** Percent, as exact as can be seen: a bar that moves by less isn't drawn again. */
const hundredths = (percent: number) => Math.round(percent * 100) / 100;

interface RowProps {
  readonly id: number;
  readonly name: string;
  readonly state: State;
  readonly selected: boolean;
  /** Absent: it hasn't started. */
  readonly took: string | undefined;
  readonly left: number | undefined;
  readonly width: number | undefined;
  readonly onSelect: (task: number) => void;
}

const Row = memo(({ id, name, state, selected, took, left, width, onSelect }: RowProps) => {
  const { word, tone } = STATE_LOOKS[state];
  const told = took ? `${name}, ${word}, ${took}` : `${name}, ${word}`;
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        aria-pressed={selected}
        aria-label={told}
        title={told}
        onClick={() => onSelect(id)}
      >
        <span className={styles.name}>{name}</span>
        <span className={styles.track}>
          {left !== undefined && (
            <span
              className={styles.bar}
              data-tone={tone}
              style={{ left: `${left}%`, width: `${width}%` }}
            />
          )}
        </span>
      </button>
    </li>
  );
});

/** When which task of a run ran; each row chooses its task. */
export function GanttChart({ run, selected, onSelect }: GanttChartProps) {
  const now = useNow(run.final ? 0 : 1);
  const { bars, seconds } = useMemo(() => ganttOf(run, now), [run, now]);
  const latest = useRef(onSelect);
  latest.current = onSelect;
  const select = useMemo(() => (task: number) => latest.current(task), []);
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
        {bars.map(({ task, bar, after, seconds: took }) => (
          <Row
            key={task.id}
            id={task.id}
            name={task.name}
            state={task.state}
            selected={task.id === selected}
            took={
              after === undefined || took === undefined
                ? undefined
                : `began after ${tellDuration(after)}, took ${tellDuration(took)}`
            }
            left={bar && hundredths(bar.left)}
            width={bar && hundredths(bar.width)}
            onSelect={select}
          />
        ))}
      </ol>
    </div>
  );
}
