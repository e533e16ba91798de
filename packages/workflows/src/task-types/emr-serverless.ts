import { type CommonSettings, defineTaskType } from './define-task-type';
import { jsonDocument, text } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface EmrServerlessSettings extends CommonSettings {
  /** The application, which must have been made. */
  readonly applicationId: string;
  /** The IAM role that the job has. */
  readonly executionRoleArn: string;
  /** What it is called. Default: the task's name. */
  readonly jobName?: string;
  /**
   * The request `StartJobRun`, as JSON text or as a value. What it says of application, role and name doesn't count.
   */
  readonly request: string | object;
}

/**
 * A job of Amazon EMR Serverless. The account is the server's own.
 *
 * @public
 */
export function emrServerless(settings: EmrServerlessSettings): RawTask<EmrServerlessSettings> {
  return { raw: 'emrServerless', settings };
}

/** Source: EmrServerlessParameters as it is in the public repository after 3.4.1; 3.4.3 names the type among its own. */
export const emrServerlessType = defineTaskType<EmrServerlessSettings>({
  name: 'emrServerless',
  serverType: 'EMR_SERVERLESS',
  lines: ['3.4'],
  unverified: ['3.4'],
  fields: {
    applicationId: text('applicationId'),
    executionRoleArn: text('executionRoleArn'),
    jobName: text('jobName', { optional: true }),
    request: jsonDocument('startJobRunRequestJson'),
  },
});
