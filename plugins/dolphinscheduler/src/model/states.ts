import type { RunInfo, RunVerb, State, Verb } from '@dolphinstage/plugin-dolphinscheduler-common';

/** How a state is told to people; its colour's name goes by `data-tone`. */
export interface StateLook {
  readonly word: string;
  readonly tone: 'neutral' | 'info' | 'success' | 'warning' | 'danger';
}

export const STATE_LOOKS: Readonly<
  Record<State | 'never-run' | 'late' | 'not-started', StateLook>
> = {
  waiting: { word: 'Waiting', tone: 'neutral' },
  running: { word: 'Running', tone: 'info' },
  pausing: { word: 'Pausing', tone: 'warning' },
  paused: { word: 'Paused', tone: 'warning' },
  stopping: { word: 'Stopping', tone: 'warning' },
  stopped: { word: 'Stopped', tone: 'warning' },
  failed: { word: 'Failed', tone: 'danger' },
  succeeded: { word: 'Succeeded', tone: 'success' },
  unknown: { word: 'Unknown', tone: 'neutral' },
  'never-run': { word: 'Never run', tone: 'neutral' },
  'not-started': { word: 'Not started', tone: 'neutral' },
  late: { word: 'Late', tone: 'danger' },
};

/** A state of a run or a task, or one that has no run. */
export type AnyState = keyof typeof STATE_LOOKS;

/** Those that a list can be filtered by. */
export const FILTER_STATES = [
  'failed',
  'late',
  'running',
  'waiting',
  'pausing',
  'paused',
  'stopping',
  'stopped',
  'succeeded',
  'never-run',
  'unknown',
] as const satisfies readonly AnyState[];

/** Those that runs of one workflow can be filtered by. */
export const RUN_STATES = FILTER_STATES.filter(
  state => state !== 'late' && state !== 'never-run',
) as readonly State[];

/** What can be done to a run in which states, in the order of the buttons. */
const VERBS: readonly { verb: RunVerb; label: string; from: readonly State[]; else: string }[] = [
  {
    verb: 'pause',
    label: 'Pause',
    from: ['running', 'waiting'],
    else: 'Only a run that is going on can be paused.',
  },
  {
    verb: 'resume',
    label: 'Resume',
    from: ['paused', 'stopped'],
    else: 'Only a paused or stopped run can be resumed.',
  },
  {
    verb: 'stop',
    label: 'Stop',
    from: ['running', 'waiting', 'pausing'],
    else: 'Only a run that is going on can be stopped.',
  },
  {
    verb: 'recover',
    label: 'Recover',
    from: ['failed'],
    else: 'Only a failed run can be recovered: it goes on from its failed tasks.',
  },
  {
    verb: 'repeat',
    label: 'Repeat',
    from: ['succeeded', 'failed', 'stopped', 'paused'],
    else: 'Only a run that has ended can be repeated.',
  },
];

/** A button that may be there but not usable; then it says why. */
export interface Usable {
  /** Why it can't be used; absent: it can. */
  readonly reason?: string;
}

export interface RunAction extends Usable {
  readonly verb: RunVerb;
  readonly label: string;
}

/** The actions on a run, each with the reason why not where it can't be used now. */
export function runActions(
  run: Pick<RunInfo, 'state'>,
  allowed: readonly Verb[] | undefined,
): readonly RunAction[] {
  return VERBS.map(({ verb, label, from, else: otherwise }) => ({
    verb,
    label,
    reason:
      notAllowed(allowed, 'control', "control this workflow's runs") ??
      (from.includes(run.state) ? undefined : otherwise),
  }));
}

/** Why the caller may not; undefined where they may. */
export function notAllowed(
  allowed: readonly Verb[] | undefined,
  verb: Verb,
  what: string,
): string | undefined {
  if (allowed === undefined) {
    return 'What you may do is being read.';
  }
  return allowed.includes(verb)
    ? undefined
    : `You may not ${what}: ask for the permission dolphinscheduler ${verb}.`;
}
