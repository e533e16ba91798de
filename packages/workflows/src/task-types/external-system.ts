import { type CommonSettings, defineTaskType } from './define-task-type';
import { datasource, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface ExternalSystemSettings extends CommonSettings {
  /** The data source of kind `THIRDPARTY_SYSTEM_CONNECTOR`, by name: the system's address and account. */
  readonly datasource: string;
  /** The task's id in that system. */
  readonly taskId: string;
  /** What it is called there, for the web UI. Default: nothing. */
  readonly taskName?: string;
}

/**
 * A task of another system, started and watched over HTTP.
 *
 * @public
 */
export function externalSystem(settings: ExternalSystemSettings): RawTask<ExternalSystemSettings> {
  return { raw: 'externalSystem', settings };
}

/**
 * Source: ExternalSystemParameters as it is in the public repository after 3.4; 3.4.3's own list doesn't have the type, so
 * it may need a later server. The token in the parameters is the server's own, got when it runs.
 */
export const externalSystemType = defineTaskType<ExternalSystemSettings>({
  name: 'externalSystem',
  serverType: 'EXTERNAL_SYSTEM',
  lines: ['3.4'],
  unverified: ['3.4'],
  fields: {
    datasource: datasource('datasource'),
    taskId: text('externalTaskId'),
    taskName: text('externalTaskName', { optional: true }),
  },
});
