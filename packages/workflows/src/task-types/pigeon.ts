import { type CommonSettings, defineTaskType } from './define-task-type';
import { text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface PigeonSettings extends Pick<CommonSettings, 'extra'> {
  /** The job's name in Pigeon. */
  readonly job: string;
}

/**
 * A job of Pigeon's (TIS), started by its web socket.
 *
 * @public
 */
export function pigeon(settings: PigeonSettings): RawTask<PigeonSettings> {
  return { raw: 'pigeon', settings };
}

/** Source: PigeonParameters of 3.1.1 and 3.2.2. */
export const pigeonType = defineTaskType<PigeonSettings>({
  name: 'pigeon',
  serverType: 'PIGEON',
  lines: ['3.1', '3.2'],
  fields: { job: text('targetJobName') },
});
