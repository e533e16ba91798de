import type { RunTask } from '@dolphinstage/plugin-dolphinscheduler-common';

/** A run's tasks by code; of a task that was tried again, the newest try. */
export function newestByCode(tasks: readonly RunTask[]): ReadonlyMap<number, RunTask> {
  const newest = new Map<number, RunTask>();
  for (const task of tasks) {
    const other = newest.get(task.code);
    if (!other || task.id > other.id) {
      newest.set(task.code, task);
    }
  }
  return newest;
}
