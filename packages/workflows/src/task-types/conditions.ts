import type { TaskHandle } from '../define/task';
import { type CommonSettings, defineTaskType } from './define-task-type';
import { leadsTo } from './fields';
import type { RawTask } from './raw-task';
import { joinedBy } from './relation';
import { outcomeItem, type Outcomes, type TaskOutcome } from './task-outcome';

/** @public */
export interface ConditionsSettings extends Pick<CommonSettings, 'extra'> {
  /** `{ failed: load }`, `{ all: [{ succeeded: a }, { any: [{ succeeded: b }, { failed: c }] }] }`. */
  readonly when: Outcomes;
  /** The task that runs when it holds. */
  readonly then: TaskHandle;
  /** The task that runs when it doesn't. */
  readonly otherwise: TaskHandle;
}

/**
 * Runs one of two tasks, by how earlier ones have ended. It makes the edges from those, and to both. It needs
 * `onFailure: 'continue'`, the default, and on 3.1 a run with a failed task has failed whatever comes after.
 *
 * @public
 */
export function conditions(settings: ConditionsSettings): RawTask<ConditionsSettings> {
  return { raw: 'conditions', settings };
}

/** Source: ConditionsParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const conditionsType = defineTaskType<ConditionsSettings>({
  name: 'conditions',
  serverType: 'CONDITIONS',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  // Measured on 3.1.1.
  note: line =>
    line === '3.1'
      ? 'after a failure its branch runs, and then the run has failed all the same on 3.1'
      : undefined,
  withoutOutputs: ['3.1', '3.2', '3.3', '3.4'],
  fields: {
    when: joinedBy<TaskOutcome>('dependence', outcomeItem),
    then: leadsTo('conditionResult.successNode', { asList: true }),
    otherwise: leadsTo('conditionResult.failedNode', { asList: true }),
  },
  check: ({ then, otherwise }, { report }) =>
    report.check(
      then !== otherwise,
      'INPUT',
      '`then` and `otherwise` are the same task',
      'Name two tasks, or take the conditions out.',
    ),
});
