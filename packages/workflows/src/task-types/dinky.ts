import { type CommonSettings, defineTaskType } from './define-task-type';
import { flag, openText, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface DinkySettings extends CommonSettings {
  /** Dinky's server: `http://host:8888`. It is kept as it is, so no password may be in it. */
  readonly address: string;
  /** The job's id in Dinky. */
  readonly jobId: string;
  /** Puts the job online before. Default false. */
  readonly online?: boolean;
}

/**
 * A job of Dinky's, which has SQL for Flink.
 *
 * @public
 */
export function dinky(settings: DinkySettings): RawTask<DinkySettings> {
  return { raw: 'dinky', settings };
}

/** Source: DinkyParameters of 3.1.1, 3.2.2 and about 3.3.0. */
export const dinkyType = defineTaskType<DinkySettings>({
  name: 'dinky',
  serverType: 'DINKY',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    address: openText('address'),
    jobId: text('taskId'),
    online: flag('online', { optional: true }),
  },
});
