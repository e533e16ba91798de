import { type CommonSettings, defineTaskType } from './define-task-type';
import { flag, oneOf } from './fields';
import type { RawTask } from './raw-task';
import { relation } from './relation';
import { outcomeItem, type Outcomes, type TaskOutcome } from './task-outcome';

/** @public */
export interface BlockingSettings extends Pick<CommonSettings, 'extra'> {
  /** `{ failed: load }`, or several joined by `all` and `any`. */
  readonly when: Outcomes;
  /** Whether the run is blocked when that holds or when it doesn't. Default `holds`. */
  readonly blockIf?: 'holds' | 'fails';
  /** Sends the run's alert when it is blocked. Default false. */
  readonly alert?: boolean;
}

/**
 * Blocks the run, by how earlier tasks have ended: what comes after doesn't begin, and the run ends as blocked.
 *
 * @public
 */
export function blocking(settings: BlockingSettings): RawTask<BlockingSettings> {
  return { raw: 'blocking', settings };
}

/** Source: BlockingParameters of 3.1.1 and 3.2.2; the UI of neither offers it. */
export const blockingType = defineTaskType<BlockingSettings>({
  name: 'blocking',
  serverType: 'BLOCKING',
  lines: ['3.1', '3.2'],
  fields: {
    when: relation<TaskOutcome>('dependence', outcomeItem),
    blockIf: oneOf(
      'blockingOpportunity',
      { holds: 'BlockingOnSuccess', fails: 'BlockingOnFailed' },
      { default: 'holds' },
    ),
    alert: flag('alertWhenBlocking', { default: false }),
  },
});
