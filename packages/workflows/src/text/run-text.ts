import type { RunState, RunTask } from '../run/watch';

/** Rows for a table of a run's tasks: task, state, time. @public */
export function taskRows({ tasks }: RunState): string[][] {
  return tasks.map(task => [task.id, task.state.toLowerCase(), taskTime(task)]);
}

function taskTime({ instance }: RunTask): string {
  if (!instance?.startTime) return '';
  if (!instance.endTime) return `since ${instance.startTime}`;
  const seconds = (parse(instance.endTime) - parse(instance.startTime)) / 1000;
  return `${Math.max(0, seconds)} s`;
}

/** Both in the server's zone, whichever that is: only their difference counts. */
function parse(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** `warehouse/warehouse-etl #12: success`. @public */
export function runLine(
  project: string,
  workflow: string,
  { instance }: Pick<RunState, 'instance'>,
): string {
  return `${project}/${workflow} #${instance.id}: ${instance.state.toLowerCase()}`;
}
