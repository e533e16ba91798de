import { type CommonSettings, defineTaskType } from './define-task-type';
import { jsonDocument, needsEither, switchedOn } from './fields';
import type { RawTask } from './raw-task';

/** @public */
export interface EmrSettings extends CommonSettings {
  /** A cluster that is made for the task: the request `RunJobFlow`, as JSON text or as a value. */
  readonly jobFlow?: string | object;
  /** Steps for a cluster that is there: the request `AddJobFlowSteps`, as JSON text or as a value. */
  readonly steps?: string | object;
}

/**
 * A cluster, or steps on one, of Amazon EMR. The account is the server's own.
 *
 * @public
 */
export function emr(settings: EmrSettings): RawTask<EmrSettings> {
  return { raw: 'emr', settings };
}

/** Source: EmrParameters and its ProgramType of 3.1.1, 3.2.2 and about 3.3.0. */
export const emrType = defineTaskType<EmrSettings>({
  name: 'emr',
  serverType: 'EMR',
  lines: ['3.1', '3.2', '3.3', '3.4'],
  unverified: ['3.4'],
  fields: {
    jobFlow: switchedOn(
      'programType',
      [undefined, 'RUN_JOB_FLOW'],
      jsonDocument('jobFlowDefineJson', { optional: true }),
    ),
    steps: switchedOn(
      'programType',
      [undefined, 'ADD_JOB_FLOW_STEPS'],
      jsonDocument('stepsDefineJson', { optional: true }),
    ),
  },
  check(settings, { report }) {
    needsEither(report, settings, ['jobFlow', 'steps']);
  },
});
