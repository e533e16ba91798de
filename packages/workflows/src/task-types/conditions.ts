import type { TaskHandle } from '../define/task';
import { type CommonSettings, defineTaskType } from './define-task-type';
import { leadsTo } from './fields';
import type { RawTask } from './raw-task';
import { relation } from './relation';
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
 * Runs one of two tasks, by how earlier ones have ended. It makes the edges from those, and to both. A failed task that
 * it looks at doesn't fail the run.
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
  fields: {
    when: relation<TaskOutcome>('dependence', outcomeItem),
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
