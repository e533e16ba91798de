import { secondsTaken } from '../run/time';
import type { BackfillRef } from '../run/backfill';
import type { BackfillState } from '../run/watch-backfill';

/** Rows for a table of a backfill's runs: time, run, state, duration. @public */
export function backfillRows({ runs }: Pick<BackfillState, 'runs'>): string[][] {
  return runs.map(({ time, instance }) => {
    if (!instance) return [time, '', 'waiting', ''];
    const seconds = secondsTaken(instance);
    return [
      time,
      `#${instance.id}`,
      instance.state.toLowerCase(),
      seconds === undefined ? '' : `${seconds} s`,
    ];
  });
}

/** `sales/orders: 3 of 4 runs have succeeded, 1 has not begun`. @public */
export function backfillLine(
  { project, workflow }: Pick<BackfillRef, 'project' | 'workflow'>,
  { runs, succeeded }: Pick<BackfillState, 'runs' | 'succeeded'>,
): string {
  const absent = runs.filter(({ instance }) => instance === undefined).length;
  const rest = absent > 0 ? `, ${absent} ${absent === 1 ? 'has' : 'have'} not begun` : '';
  return `${project}/${workflow}: ${succeeded} of ${runs.length} ${runs.length === 1 ? 'run has' : 'runs have'} succeeded${rest}`;
}
