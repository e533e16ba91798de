import type { RunTask } from '@dolphinstage/plugin-dolphinscheduler-common';

export interface GanttBar {
  readonly task: RunTask;
  /** Where it begins and how long it is, in % of the whole; absent: it hasn't started. */
  readonly bar?: { readonly left: number; readonly width: number };
  /** Seconds after the run's beginning. */
  readonly after?: number;
  readonly seconds?: number;
}

export interface Gantt {
  readonly bars: readonly GanttBar[];
  /** How long the whole is, in seconds. */
  readonly seconds: number;
}

/** When which task of a run ran. What goes on lasts until now (ms since 1970). */
export function ganttOf(
  run: {
    readonly startedAt?: string;
    readonly endedAt?: string;
    readonly tasks: readonly RunTask[];
  },
  now: number,
): Gantt {
  const starts = [run, ...run.tasks].flatMap(({ startedAt }) =>
    startedAt ? [Date.parse(startedAt)] : [],
  );
  const begin = Math.min(...starts);
  const ends = [run, ...run.tasks].flatMap(({ startedAt, endedAt }) =>
    startedAt ? [endedAt ? Date.parse(endedAt) : now] : [],
  );
  const whole = Math.max(1000, Math.max(...ends) - begin);
  if (starts.length === 0) {
    return { bars: run.tasks.map(task => ({ task })), seconds: 0 };
  }
  const bars = [...run.tasks].sort(byStart).map(task => {
    if (!task.startedAt) {
      return { task };
    }
    const from = Date.parse(task.startedAt) - begin;
    const until = Math.max(from, (task.endedAt ? Date.parse(task.endedAt) : now) - begin);
    return {
      task,
      bar: { left: (from / whole) * 100, width: ((until - from) / whole) * 100 },
      after: from / 1000,
      seconds: (until - from) / 1000,
    };
  });
  return { bars, seconds: whole / 1000 };
}

// Those that haven't started are last.
function byStart(one: RunTask, other: RunTask): number {
  const at = (task: RunTask) => (task.startedAt ? Date.parse(task.startedAt) : Infinity);
  const [a, b] = [at(one), at(other)];
  return a === b ? one.id - other.id : a - b;
}
