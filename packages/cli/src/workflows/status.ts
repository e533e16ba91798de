import type { RunStatus, ScheduleStatus, WorkflowStatus } from '@dolphinstage/workflows';
import { textTable } from '../table';

type Fact = [name: string, value: string];

/** How a workflow stands, for people. */
export function statusText(status: WorkflowStatus): string {
  const { project, workflow, releaseState, version, owner, marker, schedules, runs } = status;
  const none: Fact = ['schedule', 'none'];
  const facts: Fact[] = [
    ['state', `${releaseState.toLowerCase()}, version ${version}`],
    ['owner', owner ?? '-'],
    ['managed', marker ? managed(marker) : 'not by dolphinstage'],
    ...(schedules.length > 0 ? schedules.flatMap(scheduleFacts) : [none]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    [
      `${project}/${workflow}`,
      ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ].join('\n'),
    runs.length > 0
      ? textTable(['run', 'state', 'started', 'duration', 'by'], runs.map(runRow))
      : 'It has not run yet.',
  ].join('\n\n');
}

function managed({ id, digest, protect }: NonNullable<WorkflowStatus['marker']>): string {
  return `by dolphinstage as ${id}, digest ${digest}${protect ? ', protected' : ''}`;
}

function scheduleFacts({ cron, timeZone, firing, next }: ScheduleStatus): Fact[] {
  const times = next.length > 0 ? next : ['never again'];
  const title = firing ? 'next' : 'would be next';
  return [
    ['schedule', `${cron} (${timeZone}), ${firing ? 'firing' : 'paused'}`],
    ...times.map((time, index): Fact => [index > 0 ? '' : title, time]),
  ];
}

function runRow({ id, state, startTime, seconds, commandType }: RunStatus): string[] {
  return [
    `#${id}`,
    state.toLowerCase(),
    startTime ?? '',
    seconds === undefined ? '' : `${seconds} s`,
    commandType.toLowerCase(),
  ];
}
