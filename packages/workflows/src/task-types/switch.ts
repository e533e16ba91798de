import type { TaskHandle } from '../define/task';
import { type CommonSettings, defineTaskType } from './define-task-type';
import { leadsTo, list, text } from './fields';
import type { RawTask } from './raw-task';

/** One way out of a switch. @public */
export interface SwitchCase {
  /**
   * A JavaScript expression in which `${name}` is a parameter of the workflow or an output of an earlier raw task:
   * `${rows} > 100`. Texts and days get their quotes from the server: `${kind} == "full"`.
   */
  readonly when: string;
  /** The task that runs then. */
  readonly then: TaskHandle;
}

/** @public */
export interface SwitchSettings extends Pick<CommonSettings, 'extra'> {
  /** The first that holds counts. */
  readonly cases: readonly SwitchCase[];
  /** The task that runs when none holds. */
  readonly otherwise: TaskHandle;
}

/**
 * Runs one of several tasks, by conditions. It makes the edges to them.
 *
 * @public
 */
export function switchOn(settings: SwitchSettings): RawTask<SwitchSettings> {
  return { raw: 'switchOn', settings };
}

/** Source: SwitchParameters and SwitchResultVo of 3.1.1, 3.2.2 and about 3.3.0. */
export const switchType = defineTaskType<SwitchSettings>({
  name: 'switchOn',
  serverType: 'SWITCH',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    cases: list<SwitchCase>('switchResult.dependTaskList', {
      when: text('condition'),
      then: leadsTo('nextNode'),
    }),
    otherwise: leadsTo('switchResult.nextNode'),
  },
  check: ({ cases }, { report }) =>
    report.check(
      cases?.length > 0,
      'INPUT',
      'its switch has no cases',
      'Give it one at least, or take it out.',
    ),
});
