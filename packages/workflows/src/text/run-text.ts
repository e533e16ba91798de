import { secondsTaken } from '../run/time';
import type { RunState, RunTask } from '../run/watch';

/** After every time, for a task that waits for a worker. */
const LATER = '~';

/** Rows for a table of a run's tasks, in the order in which they run: task, state, time. @public */
export function taskRows({ tasks }: Pick<RunState, 'tasks'>): string[][] {
  return [...tasks].sort(byBegin).map(task => [task.id, task.state.toLowerCase(), taskTime(task)]);
}

/** Those that have begun first; the others stay as they are, each after those it waits for. */
function byBegin({ instance: a }: RunTask, { instance: b }: RunTask): number {
  if (!a || !b) return Number(!a) - Number(!b);
  // A time has whole seconds: of two tasks in one, the server has made the earlier first.
  return compare(a.startTime ?? LATER, b.startTime ?? LATER) || a.id - b.id;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function taskTime({ instance }: RunTask): string {
  if (!instance?.startTime) return '';
  const seconds = secondsTaken(instance);
  return seconds === undefined ? `since ${instance.startTime}` : `${seconds} s`;
}

/** `warehouse/warehouse-etl #12: success`. @public */
export function runLine(
  project: string,
  workflow: string,
  { instance }: Pick<RunState, 'instance'>,
): string {
  return `${project}/${workflow} #${instance.id}: ${instance.state.toLowerCase()}`;
}
